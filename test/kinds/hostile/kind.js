// A kind whose every word tries to take the operator's terminal over.
import { defineKind, z } from 'frota'
import { HOSTILE } from './words.js'

const help = `helps ${HOSTILE}`

export default defineKind({
  name: 'hostile',
  title: `Hostile ${HOSTILE}`,
  secrets: { TOKEN: 'optional' },
  config: z.object({
    text: z.string().default(HOSTILE).describe(help),
    choice: z.enum([HOSTILE, 'plain']).default('plain').describe(help),
  }),
  views: { said: { help, events: ['said'], columns: { word: { type: 'text' } } } },
  commands: {
    say: { input: z.object({ text: z.string().default('').describe(help) }), help },
    list: { input: z.object({}), help },
    refuse: { input: z.object({}), help },
    fail: { input: z.object({}), help },
    pair: { input: z.object({}), help },
  },
  run: new URL('./run.js', import.meta.url),
})
