// What people are told by the supervisor. What a customer reads has no paths, no commands and no names but its own.
export const TEXTS = {
  test: { title: 'A test message', text: 'Messages arrive here.' },
  brokenTitle: (tenant: string, channel: string) => `${tenant}: its channel ${channel} does not work`,
  broken: (error: string, tenant: string) =>
    `${error}. Each new message tries it again; this is told once. See: frota notify ls ${tenant}`,

  /** @param name of the session, as its customer calls it */
  customer: {
    unpaired: (name: string) => ({ title: `${name} was unpaired`, text: 'It does nothing until it is paired again.' }),
    needsPairingAgain: (name: string) => ({
      title: `${name} needs to be paired again`,
      text: 'Its login is no longer shown to be valid. It does nothing until it is paired.',
    }),
    needsPairing: (name: string) => ({ title: `${name} waits to be paired`, text: 'It begins once it is paired.' }),
    failed: (name: string) => ({
      title: `${name} has stopped`,
      text: 'It does not start again by itself. Whoever runs it for you has been told.',
    }),
    refused: (name: string) => ({
      title: `${name} has stopped: its login was refused`,
      text: 'It was logged out, or its keys are no longer accepted. It does not start again until that is put right.',
    }),
    badConfig: (name: string) => ({
      title: `${name} has stopped: its settings do not work`,
      text: 'It does not start again until they are put right.',
    }),
    overPlan: (name: string) => ({
      title: `${name} has stopped: the plan does not allow it`,
      text: 'It does not start again until the plan or its settings are changed.',
    }),
    flapping: (name: string) => ({
      title: `${name} keeps ending`,
      text: 'It is started again each time, with growing pauses.',
    }),
    restarted: (name: string) => ({
      title: `${name} is restarted`,
      text: 'It used more memory than it may.',
    }),
  },
}
