// Heartbeats on their way to the store: one row a session, in one batch, so cost grows with hosts and not with sessions.
import type { SessionId } from '../core/ids.js'
import type { Heartbeat, HomeStore } from '../store/store.js'
import type { SupervisorParts } from './parts.js'
import type { Roster } from './roster.js'
import { liveOf, type Unit } from './unit.js'

/** A stopped session's row is written again only after this long: it says the same. */
const IDLE_EVERY_MS = 60_000

export function openBeatWriter(parts: SupervisorParts, roster: Roster, store: HomeStore): { flush(): Promise<void> } {
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
        if (rows.length > 0) await store.beat(rows)
        if (idleDue) idleAtMs = performance.now()
      } catch (thrown) {
        for (const id of ids) changed.add(id)
        throw thrown
      }
    },
  }
}

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
    rssBytes: unit.usage?.rssBytes ?? null,
    cpuPercent: unit.usage?.cpuPercent ?? null,
    restarts: unit.restarts,
    counters: { ...live?.beat?.counters },
    since: new Date(unit.life.since),
    startedAt: unit.startedAt === null ? null : new Date(unit.startedAt),
    stoppedAt: unit.stoppedAt === null ? null : new Date(unit.stoppedAt),
    at,
  }
}
