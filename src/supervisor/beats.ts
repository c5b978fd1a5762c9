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
      const due = roster.sessions().filter((unit) => liveOf(unit) !== null || changed.has(unit.id) || idleDue)
      const at = parts.now()
      forgetRemoved(roster.sessions())
      const rows = due.map((unit) => heartbeatOf(unit, parts.settings.hostName, at))
      const ids = due.map((unit) => unit.id)
      for (const id of ids) changed.delete(id)
      try {
        await commitAround(
          // Seldom all the same: what the store did not take may have been a figure of that moment.
          rows.filter((row) => idleDue || refused.get(row.session) !== sayingOf(row)),
          store.beat,
          (row, { message: why }) => {
            if (refused.get(row.session) === sayingOf(row)) return
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

  function forgetRemoved(units: readonly Unit[]) {
    if (refused.size === 0) return
    const ids = new Set(units.map(({ id }) => id))
    for (const id of refused.keys()) if (!ids.has(id)) refused.delete(id)
  }
}

/** What a session says of itself, without what is another figure at every beat. */
const sayingOf = ({ state, reason, detail, port, since }: Heartbeat) =>
  JSON.stringify([state, reason, detail, port, since])

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
