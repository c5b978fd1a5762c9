import { once } from 'node:events'
import { request } from 'node:http'
import { stand } from './witness.js'

export async function run(ctx) {
  await stand(ctx.config.witness, ctx.session.ref, ctx.log)
  ctx.commands.on('ask', ({ path }) => ask(ctx.services.desk, path))
  ctx.commands.on('services', async () => ctx.services)
  ctx.hooks.on('knock', async ({ rawBody }) => ({ status: 200, body: `heard ${rawBody}` }))
  ctx.report('ready')
  if (!ctx.signal.aborted) await once(ctx.signal, 'abort')
  // What a session needs is there for as long as it needs it.
  if (ctx.services.desk)
    await ask(ctx.services.desk, '/').then((said) => ctx.journal.record('last-ask', said), tell(ctx))
}

const tell = (ctx) => (error) => ctx.journal.record('last-ask', { error: error.message })

async function ask(socketPath, path) {
  const asked = request({ socketPath, path })
  asked.end()
  const [answer] = await once(asked, 'response')
  let text = ''
  for await (const chunk of answer.setEncoding('utf8')) text += chunk
  return JSON.parse(text)
}
