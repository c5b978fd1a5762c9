// What `npm run mutate` changes and may leave unnoticed.

const testsIn = (folder, ...names) => names.map((name) => `${folder}/${name}.test.ts`)

/** The files that decide something, each with the tests beside it. */
export const DECIDING = {
  'src/core/backoff.ts': testsIn('src/core', 'backoff'),
  'src/core/plans.ts': testsIn('src/core', 'plans'),
  'src/supervisor/plan.ts': testsIn('src/supervisor', 'plan'),
  'src/supervisor/wanted.ts': testsIn('src/supervisor', 'wanted'),
  'src/supervisor/wire.ts': testsIn('src/supervisor', 'wire'),
  'src/supervisor/tickets.ts': testsIn('src/supervisor', 'tickets'),
  'src/kinds/whatsapp/decide.ts': testsIn('src/kinds/whatsapp', 'decide'),
  'src/kinds/whatsapp/sender.ts': testsIn('src/kinds/whatsapp', 'sender-hand', 'lease', 'sender'),
  'src/kinds/whatsapp/inbox.ts': testsIn('src/kinds/whatsapp', 'inbox', 'sender'),
  'src/journal/intents.ts': testsIn('src/journal', 'intents', 'journal'),
  'src/journal/outbox.ts': testsIn('src/journal', 'records', 'left-events', 'journal'),
  'src/processes/proc.ts': testsIn('src/processes', 'proc'),
  'src/notify/alerts.ts': testsIn('src/notify', 'alerts'),
}

/**
 * Changes that no test can notice, each with why: `was` is the line as it stands, `is` the line as it was changed (of
 * what goes over several lines, the first).
 */
export const KNOWN = []
