// Chromium's processes and the locks it leaves in its profile. The profile's path is ours alone, so whoever was
// started with it is ours, too: this finds a browser even when the library gave us no handle on it.
import { allStats, readProc, readStat, signalProcess } from '../../node/procfs.js'

const { rmSync } = process.getBuiltinModule('node:fs')
const { join } = process.getBuiltinModule('node:path')
const { setTimeout: sleep } = process.getBuiltinModule('node:timers/promises')

const GONE_WITHIN_MS = 2_000
const LOOK_EVERY_MS = 20

/** SIGKILL to every Chromium of this profile, with its descendants; resolves when they are gone. */
export async function endChromium(profile: string): Promise<void> {
  const pids = chromiumPids(profile)
  for (const pid of pids) signalProcess(pid, 'SIGKILL')
  const giveUpAt = Date.now() + GONE_WITHIN_MS
  while (pids.some(isAlive)) {
    if (Date.now() > giveUpAt) throw new Error(`Chromium (pid ${pids.filter(isAlive).join(', ')}) does not end`)
    await sleep(LOOK_EVERY_MS)
  }
}

export function chromiumPids(profile: string): number[] {
  const marker = `--user-data-dir=${profile}`
  const parents = new Map(allStats().map(({ pid, ppid }) => [pid, ppid]))
  const found = new Set<number>()
  for (const pid of parents.keys()) {
    const args = readProc(`/proc/${pid}/cmdline`)?.toString('utf8').split('\0') ?? []
    if (args.includes(marker)) found.add(pid)
  }
  for (let before = -1; before !== found.size; ) {
    before = found.size
    for (const [pid, parent] of parents) if (found.has(parent)) found.add(pid)
  }
  found.delete(process.pid)
  return [...found]
}

/** Only under our lease: a new container has another host name, and Chromium would respect the old one's lock. */
export function clearLocks(profile: string): void {
  for (const name of ['SingletonLock', 'SingletonSocket', 'SingletonCookie'])
    rmSync(join(profile, name), { force: true })
}

const isAlive = (pid: number) => readStat(pid) !== null
