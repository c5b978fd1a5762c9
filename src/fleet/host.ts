// The home and its machine: how it stands.
import { UserError } from '../core/errors.js'
import type { LiveStatus } from '../core/live.js'
import type { LsRow, StateName } from '../core/states.js'
import { clean } from './clean.js'
import type { Acting } from './parts.js'
import { listRows } from './rows.js'
import { serviceRows } from './services.js'

export interface StatusView {
  version: string
  host: {
    name: string
    memoryFreeBytes: number
    memoryTotalBytes: number
    cpuPercent: number | null
    diskFreeBytes: number
  }
  home: string
  store: { driver: string; reachable: boolean; outage: { since: string; reason: string } | null }
  supervisor: LiveStatus['supervisor'] | null
  pm2: LiveStatus['pm2']
  sessions: { total: number; byState: Partial<Record<StateName, number>> }
  /** The home's own processes beside the supervisor. */
  services: { name: string; state: StateName; reason: string | null; pid: number | null; rssBytes: number | null }[]
  warnings: string[]
}

/** What is told of a host service without being asked for: sessions rely on it. */
const troubleOf = ({ session, state, reason }: LsRow): string[] =>
  TROUBLED.has(state) && reason !== null ? [`${session} is ${state}: ${reason}`] : []
const TROUBLED: ReadonlySet<StateName> = new Set(['degraded', 'failed', 'backoff', 'waiting'])

export function hostVerbs(parts: Acting) {
  return { status, down, resume, clean: (input: { dryRun: boolean }) => clean(parts, input), wake: wakeNow, testAlerts }

  async function status(): Promise<StatusView> {
    const live = parts.live ? await parts.live.status() : null
    const { cores: _cores, ...host } = parts.host()
    const rows = await listRows(parts, {})
    const byState: Partial<Record<StateName, number>> = {}
    for (const row of rows) byState[row.state] = (byState[row.state] ?? 0) + 1
    const outage = live?.storeOutage ?? null
    const services = serviceRows(parts)
    return {
      version: parts.settings.version,
      host: { name: parts.settings.hostName, ...host },
      home: parts.settings.home,
      store: { driver: parts.store.driver, reachable: outage === null, outage },
      supervisor: live?.supervisor ?? null,
      pm2: live?.pm2 ?? null,
      sessions: { total: rows.length, byState },
      services: services.map(({ name, state, reason, pid, rssBytes }) => ({
        name,
        state,
        reason,
        pid,
        rssBytes,
      })),
      warnings: [...(live?.warnings ?? parts.kinds.problems), ...services.flatMap(troubleOf)],
    }
  }

  /** Stops everything and keeps what is wanted. The caller ends the supervisor and PM2 afterwards. */
  async function down(): Promise<{ stopped: number; left: string[] }> {
    return needLive().drain()
  }

  async function resume(): Promise<{ resumed: boolean }> {
    return needLive().resume()
  }

  async function wakeNow(): Promise<void> {
    await parts.live?.wake()
  }

  function testAlerts() {
    return needLive().testAlerts()
  }

  function needLive() {
    if (parts.live) return parts.live
    throw new UserError('FLEET_DOWN', 'The fleet is down.', 'frota up')
  }
}
