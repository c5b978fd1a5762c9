// Heartbeats on their way to the store: one row a session, in one batch, so cost grows with hosts and not with sessions.
import type { SessionId } from '../core/ids.js'
import { commitAround } from '../core/put-aside.js'
import type { Heartbeat } from '../store/store.js'
import type { Context } from './context.js'
import { liveOf, type Unit } from './unit.js'

/** A stopped session's row is written again only after this long: it says the same. */
const IDLE_EVERY_MS = 60_000

export function openBeatWriter({ parts, roster, store, putAside }: Context): { flush(): Promise<void> } {
  /** What the store refused of a session, so that it is not asked again and again for the same. */
  const refused = new Map<SessionId, string>()
  const changed = new Set<SessionId>()
  let idleAtMs = 0
  roster.onChange(({ unit }) => changed.add(unit.id))
  return {
    async flush() {
      const idleDue = performance.now() - idleAtMs > IDLE_EVERY_MS
      const due = roster.units().filter((unit) => liveOf(unit) !== null || changed.has(unit.id) || idleDue)
      const at = parts.now()
      const rows = due.map((unit) => heartbeatOf(unit, parts.settings.hostName, at))
      const ids = due.map((unit) => unit.id)
      for (const id of ids) changed.delete(id)
      try {
        await commitAround(
          rows.filter((row) => refused.get(row.session) !== sayingOf(row)),
          store.beat,
          (row, { message: why }) => {
            refused.set(row.session, sayingOf(row))
            putAside(row.session, [{ event: row, why }])
          },
        )
        if (idleDue) idleAtMs = performance.now()
      } catch (thrown) {
        for (const id of ids) changed.add(id)
        throw thrown
      }
    },
  }
}

/** What a session says of itself; the times and figures of the moment are measured here. */
const sayingOf = ({ state, reason, detail, port, counters, since }: Heartbeat) =>
  JSON.stringify([state, reason, detail, port, counters, since])

function heartbeatOf(unit: Unit, host: string, at: Date): Heartbeat {
  const live = liveOf(unit)
  return {
    session: unit.id,
    tenantId: unit.tenantId,
    run: live?.run ?? null,
    state: unit.life.state,
    reason: unit.life.reason,
    detail: live?.beat?.detail ?? {},
    pid: live?.pid || null,
    port: live?.beat?.port ?? null,
    host,
    rssBytes: unit.usage ? Math.round(unit.usage.rssBytes) : null,
    cpuPercent: unit.usage && Number.isFinite(unit.usage.cpuPercent) ? unit.usage.cpuPercent : null,
    restarts: unit.restarts,
    counters: { ...live?.beat?.counters },
    since: new Date(unit.life.since),
    startedAt: unit.startedAt === null ? null : new Date(unit.startedAt),
    stoppedAt: unit.stoppedAt === null ? null : new Date(unit.stoppedAt),
    at,
  }
}
