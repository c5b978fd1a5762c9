import { once } from 'node:events'
import { request } from 'node:http'

export async function run(ctx) {
  const { journal, records } = ctx
  const tell = () => ctx.report('ready', { accounts: readers(ctx), detail: { readers: readers(ctx).length } })
  ctx.onSecrets(tell) // one more reader is one more secret: nothing is restarted for it
  ctx.commands.on('sales', async () => Object.fromEntries(records('sales').entries()))
  ctx.commands.on('price', async () => (await ask(ctx.services.prices))[ctx.config.paper])
  ctx.hooks.on('paid', async ({ rawBody }) => {
    const { id, reader, cents } = JSON.parse(String(rawBody))
    if (!readers(ctx).includes(`reader:${reader}`)) return { status: 403 }
    const { [ctx.config.paper]: price } = await ask(ctx.services.prices)
    // Whoever calls a hook calls again when no answer came: the same sale is told once.
    if (!records('sales').get(id))
      journal.transaction(() => {
        journal.record('sold', { id, reader, cents })
        journal.keep('sales', id, { paper: ctx.config.paper, cents })
        if (cents < price)
          ctx.notify({ key: `cheap:${id}`, level: 'warning', title: 'Sold too cheap', text: `${cents} < ${price}` })
      })
    return { status: 204 }
  })
  tell()
  if (!ctx.signal.aborted) await once(ctx.signal, 'abort')
}

/** Each is an account: no second session may speak for it. */
const readers = ({ secrets }) => Object.values(secrets).map((serial) => `reader:${serial.reveal()}`)

async function ask(socketPath) {
  const [answer] = await once(request({ socketPath }).end(), 'response')
  return JSON.parse(Buffer.concat(await answer.toArray()).toString())
}
