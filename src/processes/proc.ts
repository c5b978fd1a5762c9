// Finds and ends processes by the marker in their environment. Not by process group or parent: puppeteer detaches
// Chromium, and orphans have another parent; the environment goes with every descendant.
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunId } from '../core/ids.js'
import { allStats, readProc, readStat, type Stat, signalProcess } from '../node/procfs.js'

export interface Marked {
  pid: number
  run: RunId
  /** `acme/vendas`; empty when the process carries none. */
  session: string
}

/** Alive and not a zombie. With `startTicks`, still the same process and not a later one with its pid. */
export function isAlive(pid: number, startTicks?: number): boolean {
  const stat = readStat(pid)
  return stat !== null && (startTicks === undefined || stat.startTicks === startTicks)
}

export const startTicksOf = (pid: number): number | null => readStat(pid)?.startTicks ?? null

/** One variable of a process's environment as it was at its exec; null when it has none or may not be read. */
export const envOf = (pid: number, name: string): string | null => valueIn(readProc(`/proc/${pid}/environ`), name)

/** Every process of a home's sessions, whoever its parent is. */
export function findMarked(homePath: string): Marked[] {
  const found: Marked[] = []
  for (const { pid } of allStats()) {
    const environ = readProc(`/proc/${pid}/environ`)
    const run = valueIn(environ, 'FROTA_RUN')
    if (!run || valueIn(environ, 'FROTA_HOME') !== homePath) continue
    found.push({ pid, run: run as RunId, session: valueIn(environ, 'FROTA_SESSION') ?? '' })
  }
  return found
}

/** How long a SIGKILLed process may take to go: one in uninterruptible I/O cannot be hurried. */
const KILL_WITHIN_MS = 10_000
const RESCAN_AFTER_MS = 25
/** A scan reads all of /proc: what has not gone by now is in no hurry. */
const RESCAN_AFTER_MAX_MS = 400

/** Some processes live on; of the runs that are not named here nothing is left. */
export class CannotKill extends Error {
  override readonly name = 'CannotKill'
  readonly runs: ReadonlySet<string>

  constructor(left: readonly Target[]) {
    super(`Could not kill ${left.map(({ pid, state }) => `${pid} (state ${state})`).join(', ')}.`)
    this.runs = new Set(left.map(({ run }) => run))
  }
}

/**
 * SIGKILLs every process with one of these markers, and their descendants, until a scan finds none.
 * Many runs in one call cost one scan. Rejects with `CannotKill` when something will not go.
 */
export async function killMarked(runs: Iterable<RunId>, gone: (run: RunId) => void = () => undefined): Promise<void> {
  const wanted = new Set(runs)
  const giveUpAt = performance.now() + KILL_WITHIN_MS
  for (let pauseMs = RESCAN_AFTER_MS; ; pauseMs = Math.min(pauseMs * 1.5, RESCAN_AFTER_MAX_MS)) {
    const targets = withMarker(wanted)
    const left = new Set(targets.map(({ run }) => run))
    for (const run of wanted) {
      if (left.has(run)) continue
      wanted.delete(run)
      gone(run)
    }
    if (targets.length === 0) return
    if (performance.now() > giveUpAt) throw new CannotKill(targets)
    for (const target of targets) killExactly(target)
    await sleep(pauseMs)
  }
}

type Target = Stat & { run: string }

function withMarker(wanted: ReadonlySet<string>): Target[] {
  const stats = allStats()
  const marked = stats.flatMap((stat) => {
    if (stat.pid === process.pid) return []
    const run = envOf(stat.pid, 'FROTA_RUN') ?? ''
    return wanted.has(run) ? [{ ...stat, run }] : []
  })
  return [...marked, ...unreadableDescendants(marked, stats)]
}

/** Chromium's renderers write over their own environment or forbid reading it; their parents can be read. */
function unreadableDescendants(marked: Target[], stats: Stat[]): Target[] {
  const childrenOf = Map.groupBy(stats, ({ ppid }) => ppid)
  const seen = new Set(marked.map(({ pid }) => pid))
  const descendants: Target[] = []
  const queue = [...marked]
  for (let parent = queue.pop(); parent; parent = queue.pop()) {
    for (const child of childrenOf.get(parent.pid) ?? []) {
      if (seen.has(child.pid) || child.pid === process.pid || envOf(child.pid, 'FROTA_RUN') !== null) continue
      seen.add(child.pid)
      const target = { ...child, run: parent.run }
      descendants.push(target)
      queue.push(target)
    }
  }
  return descendants
}

/** Looks again just before the shot: the pid may belong to somebody else by now. */
function killExactly({ pid, startTicks }: Stat): void {
  // One that is not ours to kill (a helper that runs as root) may go with its parent: the next scan shows.
  if (isAlive(pid, startTicks)) signalProcess(pid, 'SIGKILL')
}

function valueIn(environ: Buffer | null, name: string): string | null {
  if (!environ) return null
  const key = `${name}=`
  let at = environ.indexOf(key)
  while (at > 0 && environ[at - 1] !== 0) at = environ.indexOf(key, at + 1)
  if (at < 0) return null
  const end = environ.indexOf(0, at)
  return environ.toString('utf8', at + key.length, end < 0 ? environ.length : end)
}
