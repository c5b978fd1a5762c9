// A tiny kind for tests with real processes: stands before the witness, counts, and misbehaves as its config says.
import { defineKind, z } from 'frota'

const ACTS = [
  'counts',
  'keeps',
  'hoards',
  'detaches',
  'leaks',
  'burns',
  'floods',
  'floods-stderr',
  'hangs',
  'crashes',
  'exits',
  'echoes-secret',
]

export default defineKind({
  name: 'probe',
  title: 'Probe',
  secrets: { PROBE_TOKEN: 'optional' },
  config: z.object({
    witness: z.string().describe('Socket of the witness'),
    act: z.enum(ACTS).default('counts').describe('What it does'),
    everyMs: z.int().min(1).default(100).describe('Pause between two counted events'),
    code: z.int().min(0).max(255).default(1).describe('Exit code of the act "exits"'),
  }),
  views: {
    counters: {
      help: 'How far it counted',
      records: 'counters',
      columns: { n: { type: 'integer', filter: true } },
    },
  },
  commands: {
    hush: { input: z.object({}), help: 'Counts no further; answers how far it came' },
    stands: { input: z.object({}), help: 'Answers what it keeps' },
    clock: { input: z.object({ hours: z.number() }), help: 'Its clock is set by so much' },
    forget: { input: z.object({ who: z.string() }), help: 'Forgets somebody' },
    ping: { input: z.object({ text: z.string().default('') }), help: 'Answers its text' },
    crash: { input: z.object({}), help: 'Throws where nobody awaits it, the secret in the message' },
  },
  run: new URL('./run.js', import.meta.url),
})
