// A tiny kind that has something to say to its customer.
import { defineKind, z } from 'frota'

export default defineKind({
  name: 'teller',
  title: 'Teller',
  config: z.object({}),
  commands: {
    tell: {
      input: z.object({ key: z.string(), level: z.enum(['info', 'warning', 'critical']).default('info') }),
      help: 'Tells it, twice',
    },
    leave: { input: z.object({}), help: 'Says that it was logged out, and ends' },
  },
  run: new URL('./run.js', import.meta.url),
})
