// What the driver remembers between two lists of PM2. Runs and names only: PM2's own numbers are never kept.
import type { RunId } from '../core/ids.js'
import { exitCodeFromLog } from './pm2-log.js'
import type { Row } from './pm2-rows.js'

export interface Pm2Book {
  /** Taken while a unit of this name is listed or being started. */
  isTaken(name: string): boolean
  reserve(name: string, run: RunId): void
  started(run: RunId, pid: number): void
  /** `mayAppear`: its start was asked for and not answered. */
  failed(name: string, run: RunId, mayAppear: boolean): void
  removed(run: RunId): void
  /**
   * Sorts a fresh list into rows of ours and rows of abandoned starts.
   * @param askedAtMs when the list was asked for: it knows nothing of what came after
   */
  sort(all: Row[], askedAtMs: number): { rows: Row[]; abandoned: RunId[] }
  lastPidOf(run: RunId): number | undefined
  /** False when it was asked before: a second message to a process whose channel broke meanwhile would end the daemon. */
  askOnce(run: RunId): boolean
  askFailed(run: RunId): void
  exitCodeOf(row: Row, run: RunId, log: () => string): number | null
}

/** How many deleted runs are remembered; a list that was under way may still show them. */
const MAX_GONE = 1000

export function openPm2Book(nowMs: () => number = () => performance.now()): Pm2Book {
  const names = new Map<string, RunId>()
  const starting = new Set<RunId>()
  const startedAtMs = new Map<RunId, number>()
  const gone = new Set<RunId>()
  const abandonedRuns = new Set<RunId>()
  const askedToStop = new Set<RunId>()
  const pids = new Map<RunId, number>()
  const exitCodes = new Map<RunId, number | null>()

  function drop(run: RunId) {
    for (const [name, owner] of names) if (owner === run) names.delete(name)
    for (const kept of [startedAtMs, abandonedRuns, askedToStop, pids, exitCodes]) kept.delete(run)
  }

  return {
    isTaken: (name) => names.has(name),
    reserve(name, run) {
      names.set(name, run)
      starting.add(run)
    },
    started(run, pid) {
      starting.delete(run)
      startedAtMs.set(run, nowMs())
      pids.set(run, pid)
    },
    failed(name, run, mayAppear) {
      starting.delete(run)
      names.delete(name)
      if (mayAppear) abandonedRuns.add(run)
    },
    removed(run) {
      drop(run)
      gone.add(run)
      const [oldest] = gone
      if (gone.size > MAX_GONE && oldest !== undefined) gone.delete(oldest)
    },
    sort(all, askedAtMs) {
      const rows: Row[] = []
      const abandoned: RunId[] = []
      const listed = new Set<RunId>()
      for (const row of all) {
        if (row.run === null || gone.has(row.run)) continue
        if (abandonedRuns.has(row.run)) {
          abandoned.push(row.run)
          continue
        }
        listed.add(row.run)
        rows.push(row)
        names.set(row.name, row.run)
        if (row.pid !== null) pids.set(row.run, row.pid)
      }
      for (const run of [...names.values(), ...pids.keys()]) {
        const isNewer = starting.has(run) || (startedAtMs.get(run) ?? 0) >= askedAtMs
        if (!listed.has(run) && !isNewer) drop(run)
      }
      return { rows, abandoned }
    },
    lastPidOf: (run) => pids.get(run),
    askOnce(run) {
      if (askedToStop.has(run)) return false
      askedToStop.add(run)
      return true
    },
    askFailed: (run) => void askedToStop.delete(run),
    exitCodeOf(row, run, log) {
      if (row.pid !== null || row.exitCode !== 0) return row.exitCode
      const known = exitCodes.get(run)
      if (known !== undefined) return known
      const code = exitCodeFromLog(log(), row.name, row.pmId)
      exitCodes.set(run, code)
      return code
    },
  }
}
