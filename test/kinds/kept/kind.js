// A tiny kind that leaves something in every corner of a home: what programs of before must hand on to the next.
import { defineKind, z } from 'frota'

export default defineKind({
  name: 'kept',
  title: 'Kept',
  secrets: { TOKEN: 'required' },
  config: z.object({ witness: z.string().describe('Socket of the witness') }),
  commands: {
    hush: { input: z.object({}), help: 'Counts no further; answers how far it came' },
    stands: { input: z.object({}), help: 'Answers what it keeps and what it intends' },
  },
  run: new URL('./run.js', import.meta.url),
})
