// A kind with a file in its config, which it reads when it is asked.
import { defineKind, file, z } from 'frota'

export default defineKind({
  name: 'reader',
  title: 'Reader',
  config: z.object({
    text: file({ maxBytes: 100, help: 'What it reads' }).optional(),
    live: z.boolean().default(false).describe('Takes a new text without a restart'),
  }),
  commands: { read: { input: z.object({}), help: 'Answers the text, and where it lies' } },
  check: new URL('./run.js', import.meta.url),
  run: new URL('./run.js', import.meta.url),
})
