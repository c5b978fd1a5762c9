// A tiny kind with hooks, for tests with the real gateway.
import { defineKind, z } from 'frota'

export default defineKind({
  name: 'hooked',
  title: 'Hooked',
  config: z.object({ witness: z.string().describe('Socket of the witness') }),
  hooks: {
    echo: { help: 'Answers with what came' },
    once: { help: 'Journals what came, by the id of whoever sent it', maxBytes: 100, perMinute: 6000 },
    late: { help: 'Is never answered', perMinute: 1 },
  },
  run: new URL('./run.js', import.meta.url),
})
