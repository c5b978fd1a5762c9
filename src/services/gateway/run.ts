// The gateway: the one door of a home to the network. It holds neither store nor key, and knows nobody: the supervisor
// tells it who may be called and where, and while the supervisor is away the last word stands.
import type { Health } from '../../core/health.js'
import { healthOf } from '../../core/health.js'
import type { HostServiceContext } from '../../kinds/service.js'
import { addressSet } from '../../node/address-set.js'
import { codeOf } from '../../node/codes.js'
import { pause } from '../../node/waits.js'
import { inDetail, openCounters } from './counters.js'
import { openHealthDoor } from './health-door.js'
import { openHookDoor } from './hook-door.js'
import { openPairDoor } from './pair/door.js'
import { openRoutes } from './routes.js'
import { type GatewayServer, openGatewayServer } from './server.js'

const TRY_AGAIN_MS = 5_000
const TELL_EVERY_MS = 10_000
const CLOSE_WITHIN_MS = 5_000

/** What the gateway uses of a host service's context. */
export type GatewayContext = Pick<HostServiceContext, 'signal' | 'config' | 'report'> & {
  readonly log: Pick<HostServiceContext['log'], 'info' | 'warn'>
  readonly supervisor: Pick<HostServiceContext['supervisor'], 'onRoutes' | 'lastTickMsAgo' | 'call'>
}

// A type, not an interface: it travels as JSON.
export type GatewaySettings = {
  bind: string
  port: number
  trustedProxies: string[]
  /** What the world calls it. */
  publicUrl: string | null
}

export async function run(
  { signal, config, log, report, supervisor }: GatewayContext,
  { tryAgainMs = TRY_AGAIN_MS } = {},
): Promise<void> {
  const { bind, port, trustedProxies, publicUrl } = config as unknown as GatewaySettings
  const monotonicMs = () => performance.now()
  const routes = openRoutes(monotonicMs)
  const counters = openCounters()
  const health = (): Health => healthOf(supervisor.lastTickMsAgo())
  const server = openGatewayServer({
    doors: [
      openHookDoor({ routes, warn: log.warn }),
      openHealthDoor(health),
      openPairDoor({ call: supervisor.call, publicUrl }),
    ],
    trustedProxies: addressSet(trustedProxies),
    counters,
    warn: log.warn,
    monotonicMs,
  })
  // Not before it is known who may be called: a 404 is believed.
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
    supervisor.onRoutes((told) => {
      routes.take(told)
      resolve()
    })
  })
  if (signal.aborted) return
  const at = await listening(server, { bind, port, signal, report, tryAgainMs })
  if (at === null) return
  log.info(`listens on ${bind}:${at}`)
  const tell = () =>
    report('ready', { detail: { bind, port: at, ...inDetail(counters, server.inFlight(), routes.size()) } })
  do tell()
  while (await pause(TELL_EVERY_MS, signal))
  await server.close(CLOSE_WITHIN_MS)
}

interface Place {
  bind: string
  port: number
  signal: AbortSignal
  report: GatewayContext['report']
  tryAgainMs: number
}

/** A port that is taken is told of, and tried again until it is free. Null when it was told to stop before. */
async function listening(
  server: GatewayServer,
  { bind, port, signal, report, tryAgainMs }: Place,
): Promise<number | null> {
  while (!signal.aborted) {
    try {
      return (await server.listen(bind, port)).port
    } catch (thrown) {
      const code = codeOf(thrown)
      if (code === undefined) throw thrown
      report('degraded', { reason: `PORT ${port} on ${bind} cannot be used (${code}): nothing is received` })
      await pause(tryAgainMs, signal)
    }
  }
  return null
}
