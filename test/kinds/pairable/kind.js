// Must be paired, as WhatsApp must, without a browser: a new code at every other look, paired by its command `scan`.
import { defineKind, z } from 'frota'

export default defineKind({
  name: 'pairable',
  title: 'Must be paired',
  secrets: { PAIR_TOKEN: 'optional' },
  config: z.object({
    greeting: z.string().default('hello').describe('What it says'),
    loud: z.boolean().default(false).describe('Says it loudly'),
  }),
  reaches: () => ['http://127.0.0.1:1'],
  commands: {
    pair: { input: z.object({ phone: z.string().optional().describe('By a code for this phone') }), help: 'Pairs' },
    scan: { input: z.object({}), help: 'What a phone would do' },
    say: { input: z.object({ text: z.string() }), help: 'Logs a text and records it' },
  },
  run: new URL('./run.js', import.meta.url),
})
