// One list of prices for all kiosks of the home, in a process of its own.
import { once } from 'node:events'
import { createServer } from 'node:http'

export async function run(ctx) {
  const server = createServer((_request, response) => response.end(JSON.stringify({ morning: 450, evening: 300 })))
  await once(server.listen(ctx.listenAt), 'listening')
  ctx.report('ready')
  if (!ctx.signal.aborted) await once(ctx.signal, 'abort')
  server.close()
}
