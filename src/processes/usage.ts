// What process trees cost. One pass over /proc for all sessions of a home.
import { setPriority } from 'node:os'
import { hasCode } from '../node/codes.js'
import { allStats, readProc, type Stat, sharedBytesOf } from '../node/procfs.js'
import { envOf } from './proc.js'

export interface TreeUsage {
  /** Resident memory; what the tree's processes share (Chromium's own code, for one) is counted once. */
  rssBytes: number
  /** Since each process began; falls when one of the tree ends. */
  cpuMs: number
  pids: number[]
}

/**
 * Of each root: itself, its descendants, and whoever else carries its marker: an orphan's parent is somebody else, and
 * not always process 1 (a user's systemd takes orphans in as well). Roots that are gone are absent from the answer.
 */
export function treeUsage(roots: Iterable<number>): Map<number, TreeUsage> {
  const stats = allStats()
  const byPid = new Map(stats.map((stat) => [stat.pid, stat]))
  const childrenOf = Map.groupBy(stats, ({ ppid }) => ppid)
  const rootPids = new Set([...roots].filter((pid) => byPid.has(pid)))
  const relativesOf = groupMarked(stats, rootPids, byPid)
  const usage = new Map<number, TreeUsage>()
  for (const root of rootPids) {
    const members = new Map<number, Stat>()
    const queue = [root, ...(relativesOf.get(root) ?? [])]
    for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
      const stat = byPid.get(pid)
      if (!stat || members.has(pid)) continue
      members.set(pid, stat)
      for (const child of childrenOf.get(pid) ?? []) if (!rootPids.has(child.pid)) queue.push(child.pid)
    }
    usage.set(root, usageOf([...members.values()]))
  }
  return usage
}

function usageOf(members: Stat[]): TreeUsage {
  const cpuMs = members.reduce((sum, stat) => sum + stat.cpuMs, 0)
  return { rssBytes: residentBytes(members), cpuMs, pids: members.map(({ pid }) => pid) }
}

/** Summing RSS would charge a browser's code to each of its processes: 330 MB where the host pays 100. */
function residentBytes(members: Stat[]): number {
  if (members.length === 1) return members[0]?.rssBytes ?? 0
  let own = 0
  let mostShared = 0
  for (const { pid, rssBytes } of members) {
    const sharedBytes = Math.min(rssBytes, sharedBytesOf(pid))
    own += rssBytes - sharedBytes
    mostShared = Math.max(mostShared, sharedBytes)
  }
  return own + mostShared
}

/** Lowers a tree's priority; a process that ended meanwhile is no error. */
export function renice(rootPid: number, by = 10): void {
  for (const pid of treeUsage([rootPid]).get(rootPid)?.pids ?? []) {
    try {
      setPriority(pid, by)
    } catch (error) {
      // Node's own error has the system's one inside.
      if (!(error instanceof Error && 'info' in error && hasCode(error.info, 'ESRCH'))) throw error
    }
  }
}

/** Shared pages counted once per sharer: what the host really pays. Slow (about 1 ms); null when gone or forbidden. */
export function pssBytes(pid: number): number | null {
  const line = readProc(`/proc/${pid}/smaps_rollup`)
    ?.toString('latin1')
    .match(/^Pss:\s+(\d+) kB/m)
  return line ? Number(line[1]) * 1024 : null
}

/**
 * Markers of processes whose environment was read before. One never changes; that there is none is believed at the
 * second look, because between its fork and its exec a process still shows its parent's environment.
 */
const markers = new Map<number, { startTicks: number; run: string | null; looks: number }>()

/** By root: the other processes with its marker. */
function groupMarked(stats: Stat[], roots: ReadonlySet<number>, byPid: ReadonlyMap<number, Stat>) {
  for (const pid of markers.keys()) if (!byPid.has(pid)) markers.delete(pid)
  const rootOf = new Map<string, number>()
  for (const stat of stats) {
    const run = roots.has(stat.pid) ? markerOf(stat) : null
    if (run !== null) rootOf.set(run, stat.pid)
  }
  const found = new Map<number, number[]>()
  for (const stat of stats) {
    const root = roots.has(stat.pid) ? undefined : rootOf.get(markerOf(stat) ?? '')
    if (root !== undefined) found.set(root, [...(found.get(root) ?? []), stat.pid])
  }
  return found
}

function markerOf({ pid, startTicks }: Stat): string | null {
  const kept = markers.get(pid)
  const known = kept?.startTicks === startTicks ? kept : undefined
  if (known && (known.run !== null || known.looks > 1)) return known.run
  const run = envOf(pid, 'FROTA_RUN')
  markers.set(pid, { startTicks, run, looks: (known?.looks ?? 0) + 1 })
  return run
}
