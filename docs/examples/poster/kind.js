// Puts texts to a web address, each once. This object is what the menu, the CLI and the supervisor know of it.
import { defineKind, z } from 'frota'

export default defineKind({
  name: 'poster',
  title: 'Poster',
  config: z.object({ url: z.url().describe('Where texts are put, each under its own id') }),
  secrets: { TOKEN: 'required' },
  claims: ({ url }) => [`poster:${url}`],
  commands: { post: { input: z.object({ id: z.string().min(1), text: z.string() }), help: 'Post a text once' } },
  run: new URL('./run.js', import.meta.url),
})
