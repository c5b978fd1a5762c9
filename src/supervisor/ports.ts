// A session's port is really bound by the session itself; this only hands out candidates that no other session has.
import type { RunId } from '../core/ids.js'
import { liveOf, type Unit } from './unit.js'

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
