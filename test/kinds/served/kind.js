// A tiny kind with a host service of its own, for tests with real processes.
import { defineKind, z } from 'frota'

export default defineKind({
  name: 'served',
  title: 'Served',
  config: z.object({
    witness: z.string().describe('Socket of the witness'),
    needed: z.boolean().default(true).describe('Whether it needs the desk'),
  }),
  needs: ({ needed }) => (needed ? ['desk'] : []),
  services: {
    desk: {
      run: new URL('./desk.js', import.meta.url),
      title: 'Desk',
      maxMemory: '256MB',
      secrets: { DESK_KEY: 'optional' },
      hooks: { ring: { help: 'Rings at the desk', perMinute: 10 } },
    },
  },
  hooks: { knock: { help: 'Knocks at the session', maxBytes: 1000 } },
  commands: {
    ask: { input: z.object({ path: z.string().default('/') }), help: 'Asks the desk' },
    services: { input: z.object({}), help: 'The sockets it was given' },
  },
  run: new URL('./run.js', import.meta.url),
})
