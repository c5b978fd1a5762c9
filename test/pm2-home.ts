// A PM2 of its own in /tmp, for tests of the driver: closed, and everything in it ended, with the test.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RunId } from '../src/core/ids.js'
import { allPids } from '../src/node/procfs.js'
import { newRun, type Program, until } from '../src/processes/driver.contract.js'
import type { Unit } from '../src/processes/driver.js'
import { openPm2Driver } from '../src/processes/pm2.js'
import { killDaemon } from '../src/processes/pm2-daemon.js'
import { envOf, findMarked, isAlive, killMarked } from '../src/processes/proc.js'

export const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url))
export const PROGRAMS: Record<Program, string[]> = {
  lives: [fixture('lives.cjs')],
  'ignores-shutdown': [fixture('ignores-shutdown.cjs')],
  'exits-65': [fixture('exits-with.cjs'), '65'],
  'exits-0': [fixture('exits-with.cjs'), '0'],
  'cannot-start': [],
}
export const CANARY = `canary-${newRun()}`

export const ofHome = (dir: string) => allPids().filter((pid) => isAlive(pid) && envOf(pid, 'FROTA_HOME') === dir)

/** A home of its own in /tmp: PM2's sockets allow 107 bytes for their whole path. */
export function newHome() {
  const dir = mkdtempSync(join(tmpdir(), 'fp-'))
  const pm2Home = join(dir, 'pm2')
  const unit = (name: string, run: RunId, args: string[]): Unit => ({
    run,
    name,
    command: args.length > 0 ? process.execPath : '/no/such/program',
    args,
    env: { FROTA_HOME: dir, FROTA_RUN: run, FROTA_SESSION: name.replace('.', '/'), PATH: '/usr/bin:/bin' },
    cwd: dir,
    errorFile: join(dir, `${name}.err`),
    stopWithinMs: 1000,
  })
  const open = (timeoutMs = 8000) =>
    openPm2Driver({ pm2Home, launch: 'if-missing', env: { PATH: '/usr/bin:/bin', SECRET: CANARY }, timeoutMs })
  async function close() {
    await killDaemon(pm2Home)
    await killMarked(findMarked(dir).map(({ run }) => run))
    for (const pid of ofHome(dir)) process.kill(pid, 'SIGKILL') // the stand-in for the supervisor has no marker
    await until('nothing is left running', async () => ofHome(dir).length === 0)
    rmSync(dir, { recursive: true, force: true })
  }
  return { dir, pm2Home, unit, open, close }
}

/** A driver on a home of its own, closed with the test. */
export async function fresh(t: { after(fn: () => Promise<void>): void }, timeoutMs?: number) {
  const home = newHome()
  t.after(() => home.close())
  const driver = await home.open(timeoutMs)
  t.after(() => driver.close())
  const start = async (program: string[], name = 'acme.vendas') => {
    const run = newRun()
    return { run, name, ...(await driver.start(home.unit(name, run, program))) }
  }
  return { ...home, driver, start }
}
