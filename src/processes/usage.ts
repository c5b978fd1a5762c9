// What process trees cost. One pass over /proc for all sessions of a home.
import { setPriority } from 'node:os'
import { envOf } from './proc.js'
import { allStats, readProc, type Stat, sharedBytesOf } from './stat.js'

export interface TreeUsage {
  /** Resident memory; what the tree's processes share (Chromium's own code, for one) is counted once. */
  rssBytes: number
  /** Since each process began; falls when one of the tree ends. */
  cpuMs: number
  pids: number[]
}

/**
 * Of each root: itself and its descendants, those that were orphaned (a double fork) included.
 * Roots that are gone are absent from the answer.
 */
export function treeUsage(roots: Iterable<number>): Map<number, TreeUsage> {
  const stats = allStats()
  const byPid = new Map(stats.map((stat) => [stat.pid, stat]))
  const childrenOf = Map.groupBy(stats, ({ ppid }) => ppid)
  const rootPids = new Set([...roots].filter((pid) => byPid.has(pid)))
  const orphansOf = groupOrphans(childrenOf.get(1) ?? [], rootPids, byPid)
  const usage = new Map<number, TreeUsage>()
  for (const root of rootPids) {
    const tree: TreeUsage = { rssBytes: 0, cpuMs: 0, pids: [] }
    const members: Stat[] = []
    const queue = [root, ...(orphansOf.get(root) ?? [])]
    for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
      const stat = byPid.get(pid)
      if (!stat) continue
      members.push(stat)
      tree.cpuMs += stat.cpuMs
      tree.pids.push(pid)
      for (const child of childrenOf.get(pid) ?? []) if (!rootPids.has(child.pid)) queue.push(child.pid)
    }
    tree.rssBytes = residentBytes(members)
    usage.set(root, tree)
  }
  return usage
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
      if (!isNoSuchProcess(error)) throw error
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

/** Markers of processes whose environment was read before; a marker never changes, so it is read once. */
const markers = new Map<number, { startTicks: number; run: string | null }>()

function groupOrphans(orphans: Stat[], roots: ReadonlySet<number>, byPid: ReadonlyMap<number, Stat>) {
  for (const pid of markers.keys()) if (!byPid.has(pid)) markers.delete(pid)
  const marked = orphans.flatMap((stat) => {
    const run = roots.has(stat.pid) ? null : markerOf(stat)
    return run === null ? [] : [{ pid: stat.pid, run }]
  })
  const found = new Map<number, number[]>()
  if (marked.length === 0) return found
  for (const root of roots) {
    const stat = byPid.get(root)
    const run = stat ? markerOf(stat) : null
    if (run === null) continue
    found.set(
      root,
      marked.filter((orphan) => orphan.run === run).map(({ pid }) => pid),
    )
  }
  return found
}

function markerOf({ pid, startTicks }: Stat): string | null {
  const known = markers.get(pid)
  if (known?.startTicks === startTicks) return known.run
  const run = envOf(pid, 'FROTA_RUN')
  markers.set(pid, { startTicks, run })
  return run
}

function isNoSuchProcess(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const info = 'info' in error ? error.info : undefined
  return typeof info === 'object' && info !== null && 'code' in info && info.code === 'ESRCH'
}
