// A session's port is really bound by the session itself; this only hands out candidates that no other session has.
import type { RunId } from '../core/ids.js'
import type { Host } from './parts.js'
import { type LiveRun, liveOf, type Unit } from './unit.js'

const CANDIDATES = 20

/** Candidate ports for a run, its former one first. @param last the port it had, so that it keeps it when it can */
export function portCandidates(units: Unit[], run: RunId, basePort: number, last: number | null): number[] {
  const taken = new Set<number>()
  for (const unit of units) {
    const live = liveOf(unit)
    if (!live || live.run === run) continue
    for (const port of live.beat?.port ? [live.beat.port] : live.ports.slice(0, 1)) taken.add(port)
  }
  const result = last !== null && last >= basePort && !taken.has(last) ? [last] : []
  for (let port = basePort; result.length < CANDIDATES && port < 65_536; port++) {
    if (!taken.has(port) && port !== last) result.push(port)
  }
  return result
}

/**
 * Whether a port may be shown as this run's. Nobody is sent to it with anything that matters, so one that was offered to
 * it and that no other session has is believed: the kernel takes milliseconds to say whose a port is, and is asked of
 * any other.
 */
export function isItsPort(live: LiveRun, port: number, units: Unit[], listensOn: Host['listensOn']): boolean {
  if (live.beat?.port === port || (live.ports.includes(port) && !isAnothers(port, live.run, units))) return true
  return listensOn(live.pid, port)
}

const isAnothers = (port: number, run: RunId, units: Unit[]) =>
  units.some((unit) => {
    const other = liveOf(unit)
    return other?.beat?.port === port && other.run !== run
  })
