import { once } from 'node:events'
import { connect } from 'node:net'

export async function run(ctx) {
  const line = connect(ctx.config.witness)
  await once(line, 'connect')
  line.on('error', (error) => ctx.log.warn(`the witness is gone: ${error.message}`))
  line.write(`${JSON.stringify({ session: ctx.session.ref, pid: process.pid })}\n`)

  ctx.hooks.on('echo', async ({ method, path, query, headers, rawBody }) => ({
    status: 201,
    headers: { 'x-said': JSON.stringify({ method, path, query, signature: headers.signature }) },
    body: rawBody,
  }))
  const seen = ctx.journal.table('seen')
  ctx.hooks.on('once', async ({ rawBody }) => {
    const id = String(rawBody)
    ctx.journal.transaction(() => {
      if (seen.get(id) === undefined) ctx.journal.record('came', { id })
      seen.set(id, true)
    })
    return { status: 200 }
  })
  ctx.hooks.on('late', () => new Promise(() => undefined))
  ctx.report('ready')
  if (!ctx.signal.aborted) await once(ctx.signal, 'abort')
}
