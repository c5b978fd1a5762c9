// GET /healthz for the container's manager: the loop turns. A sick tenant or a store outage does not fail it, or the
// manager would take every tenant down for one.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { messageOf } from '../core/errors.js'
import type { Live } from '../core/live.js'
import { limitConnections } from '../node/connections.js'
import { asksForThisMachine, NOT_LOOPBACK_HINT, NOT_LOOPBACK_STATUS } from '../node/host-header.js'
import type { SupervisorLog } from './parts.js'

const LOOP_STUCK_MS = 30_000
/** Any user of the host can connect here: slow and idle ones are dropped, the oldest at once when there are too many. */
const MAX_CONNECTIONS = 256
const WITHIN_MS = 5_000
const TRY_AGAIN_MS = 10_000

export const HEALTHZ_SILENT = '/healthz is not answered'

export interface Healthz {
  /** Why nobody answers there; null when somebody does. */
  problem(): string | null
  close(): void
}

/** The fleet works on without it: a port that is taken is told of, and tried again until it is free. */
export async function keepHealthz(
  port: number,
  lastTickMs: () => number,
  log: SupervisorLog,
  tryAgainMs = TRY_AGAIN_MS,
): Promise<Healthz> {
  const closing = new AbortController()
  let server: { close(): void } | null = null
  let problem: string | null = null
  await listen()
  const timer = setInterval(() => server ?? void listen(), tryAgainMs).unref()
  return {
    problem: () => problem,
    close() {
      closing.abort()
      clearInterval(timer)
      server?.close()
    },
  }

  async function listen() {
    try {
      server = await listenHealthz(port, lastTickMs)
      if (closing.signal.aborted) server.close()
      if (problem !== null) log.info('/healthz is answered')
      problem = null
    } catch (thrown) {
      if (problem === null) log.warn(`${HEALTHZ_SILENT}: ${messageOf(thrown)}`)
      problem = `${HEALTHZ_SILENT}: PORT ${port} cannot be used (${messageOf(thrown)})`
    }
  }
}

/** Beside the supervisor's own warnings that of the port. */
export function tellingOf(healthz: Pick<Healthz, 'problem'>, live: Live): Live {
  return {
    ...live,
    async status() {
      const found = await live.status()
      const problem = healthz.problem()
      return problem === null ? found : { ...found, warnings: [...found.warnings, problem] }
    },
  }
}

/** @param port 0: any free one. Rejects when it is taken. */
export async function listenHealthz(port: number, lastTickMs: () => number): Promise<{ port: number; close(): void }> {
  const server = createServer({ connectionsCheckingInterval: 1_000 }, (request, response) => {
    if (!asksForThisMachine(request.headers.host)) return response.writeHead(NOT_LOOPBACK_STATUS).end(NOT_LOOPBACK_HINT)
    if (request.url !== '/healthz') return response.writeHead(404).end()
    const ageMs = Math.round(performance.now() - lastTickMs())
    const ok = ageMs < LOOP_STUCK_MS
    response.writeHead(ok ? 200 : 503, { 'content-type': 'application/json' })
    return response.end(JSON.stringify({ ok, lastTickMsAgo: ageMs }))
  })
  server.headersTimeout = WITHIN_MS
  server.requestTimeout = WITHIN_MS
  limitConnections(server, MAX_CONNECTIONS)
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
