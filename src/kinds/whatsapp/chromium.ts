// Chromium's processes and the locks it leaves in its profile. The profile's path is ours alone, so whoever was
// started with it is ours, too: this finds a browser even when the library gave us no handle on it.
const { readdirSync, readFileSync, rmSync } = process.getBuiltinModule('node:fs')
const { join } = process.getBuiltinModule('node:path')
const { setTimeout: sleep } = process.getBuiltinModule('node:timers/promises')

const GONE_WITHIN_MS = 2_000
const LOOK_EVERY_MS = 20

/** SIGKILL to every Chromium of this profile, with its descendants; resolves when they are gone. */
export async function endChromium(profile: string): Promise<void> {
  const pids = chromiumPids(profile)
  for (const pid of pids) kill(pid)
  const giveUpAt = Date.now() + GONE_WITHIN_MS
  while (pids.some(isAlive)) {
    if (Date.now() > giveUpAt) throw new Error(`Chromium (pid ${pids.filter(isAlive).join(', ')}) does not end`)
    await sleep(LOOK_EVERY_MS)
  }
}

export function chromiumPids(profile: string): number[] {
  const marker = `--user-data-dir=${profile}`
  const parents = new Map<number, number>()
  const found = new Set<number>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid)) continue
    parents.set(pid, parentOf(pid))
    if (readProc(pid, 'cmdline').split('\0').includes(marker)) found.add(pid)
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

/** `pid (name) state ppid …`: the name may hold anything, spaces and brackets too. */
const parentOf = (pid: number) =>
  Number(
    readProc(pid, 'stat')
      .replace(/^.*\) \S /s, '')
      .split(' ', 1)[0],
  )

function isAlive(pid: number): boolean {
  const stat = readProc(pid, 'stat')
  return stat !== '' && !/^.*\) Z /s.test(stat)
}

function kill(pid: number) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES') return ''
    throw error
  }
}
