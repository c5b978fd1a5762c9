// GET /healthz for the container's manager: the loop turns. A sick tenant or a store outage does not fail it, or the
// manager would take every tenant down for one.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const LOOP_STUCK_MS = 30_000
/** Any user of the host can connect here: slow and idle ones are dropped, and there is room for so many only. */
const MAX_CONNECTIONS = 512
const WITHIN_MS = 5_000

/** @param port 0: any free one. Rejects when it is taken. */
export async function listenHealthz(port: number, lastTickMs: () => number): Promise<{ port: number; close(): void }> {
  const server = createServer({ connectionsCheckingInterval: 1_000 }, (request, response) => {
    if (request.url !== '/healthz') return response.writeHead(404).end()
    const ageMs = Math.round(performance.now() - lastTickMs())
    const ok = ageMs < LOOP_STUCK_MS
    response.writeHead(ok ? 200 : 503, { 'content-type': 'application/json' })
    return response.end(JSON.stringify({ ok, lastTickMsAgo: ageMs }))
  })
  server.headersTimeout = WITHIN_MS
  server.requestTimeout = WITHIN_MS
  server.maxConnections = MAX_CONNECTIONS
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve())
  })
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
