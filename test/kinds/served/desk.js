// The host service: answers on its own socket what it knows.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { stand } from './witness.js'

export async function run(ctx) {
  await stand(join(ctx.dirs.data, '../../../witness.sock'), '_host/desk', ctx.log)
  const runs = ctx.journal.table('runs')
  runs.set('n', (runs.get('n') ?? 0) + 1)
  let routes = null
  ctx.supervisor.onRoutes((now) => {
    routes = now
  })
  ctx.hooks.on('ring', async ({ rawBody }) => ({ status: 200, body: `rung ${rawBody}` }))
  const answers = {
    '/': async () => ({ pid: process.pid, runs: runs.get('n') }),
    '/routes': async () => ({ routes }),
    '/call': () => ctx.supervisor.call({ credential: 'operator', verb: 'host.down', input: {} }),
    '/leak': async () => leak(),
    '/unknown': async () => unknownAct(ctx),
  }
  const server = createServer(async (request, response) => {
    const said = await answers[request.url]()
    response.end(JSON.stringify(said))
  })
  server.listen(ctx.listenAt)
  await once(server, 'listening')
  ctx.report('ready', { detail: { runs: runs.get('n') } })
  if (!ctx.signal.aborted) await once(ctx.signal, 'abort')
  server.close()
}

const kept = []
function leak() {
  setInterval(() => kept.push(Buffer.alloc(16 * 1024 * 1024, 1)), 50)
  return {}
}

function unknownAct({ journal }) {
  journal.intents.plan('act', 'charge', {})
  journal.intents.acting('act')
  journal.intents.unknown('act', 'nobody can say')
  return {}
}
