import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { CANARY, fixture, fresh, newHome, PROGRAMS } from '../../test/pm2-home.js'
import { readProc } from '../node/procfs.js'
import { find, newRun, processDriverContract, until, untilEnded } from './driver.contract.js'
import type { Unit } from './driver.js'
import { launchPm2Daemon } from './pm2-daemon.js'
import { findMarked, isAlive } from './proc.js'

processDriverContract('pm2', async () => {
  const home = newHome()
  const driver = await home.open()
  return {
    driver,
    unit: (name, run, program) => home.unit(name, run, PROGRAMS[program]),
    async close() {
      await driver.close()
      await home.close()
    },
  }
})

const environ = (pid: number) => (readProc(`/proc/${pid}/environ`)?.toString('utf8') ?? '').split('\0').filter(Boolean)

let touchedHome: boolean
before(() => {
  process.env.FROTA_TEST_SECRET = CANARY
  touchedHome = existsSync(join(homedir(), '.pm2'))
})
after(() => {
  delete process.env.FROTA_TEST_SECRET
  assert.equal(existsSync(join(homedir(), '.pm2')), touchedHome, "the user's own PM2 is left alone")
})

test("pm2: no secret of the caller's environment reaches the daemon, a process, a list or a dump", async (t) => {
  const { driver, start, pm2Home, dir } = await fresh(t)
  const { pid } = await start(PROGRAMS.lives)
  assert.deepEqual(
    environ(driver.daemonPid())
      .map((line) => line.split('=')[0])
      .sort(),
    [
      'NODE_CHANNEL_FD',
      'NODE_CHANNEL_SERIALIZATION_MODE',
      'PATH',
      'PM2_DISABLE_VERSION_CHECK',
      'PM2_DISCRETE_MODE',
      'PM2_HOME',
      'PM2_KILL_SIGNAL',
      'PM2_PROGRAMMATIC',
      'PM2_WORKER_INTERVAL',
      'PWD', // the shell's that took away the right to dump memory: PM2_HOME again
      'SILENT',
    ],
  )
  const names = environ(pid).map((line) => line.split('=')[0] ?? '')
  const ours = names.filter((name) => name === name.toUpperCase() && !name.startsWith('NODE_CHANNEL'))
  assert.deepEqual(ours.sort(), ['FROTA_HOME', 'FROTA_RUN', 'FROTA_SESSION', 'PATH'])
  assert.ok(!JSON.stringify(await driver.list()).includes(CANARY))
  process.kill(driver.daemonPid(), 'SIGTERM') // PM2's soft end writes its dump
  await until('the daemon ends', async () => !isAlive(driver.daemonPid()))
  assert.ok(existsSync(join(pm2Home, 'dump.pm2')))
  assert.ok(!environ(pid).join().includes(CANARY))
  for (const file of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (file.isFile()) assert.ok(!readFileSync(join(file.parentPath, file.name), 'utf8').includes(CANARY), file.name)
  }
})

test('pm2: its home is closed to others, and an environment variable cannot change its options', async (t) => {
  const { driver, pm2Home, unit } = await fresh(t)
  assert.equal(statSync(pm2Home).mode & 0o777, 0o700)
  for (const key of ['namespace', 'max_memory_restart', 'autorestart']) {
    const bad = unit('acme.bad', newRun(), PROGRAMS.lives)
    await assert.rejects(driver.start({ ...bad, env: { ...bad.env, [key]: '1' } }), new RegExp(key))
  }
  assert.deepEqual(await driver.list(), [])
})

test('pm2: kill takes detached and orphaned descendants with it', async (t) => {
  const { driver, start, dir } = await fresh(t)
  const { run, pid } = await start([fixture('detaches.cjs')])
  // The one in the middle, which only spawns the orphan, must have come and gone.
  const isMiddle = (one: number) => readProc(`/proc/${one}/cmdline`)?.includes('spawn(') ?? false
  const descendants = () => findMarked(dir).filter((found) => found.pid !== pid)
  await until('two descendants', async () => {
    const found = descendants()
    return found.length === 2 && !found.some((one) => isMiddle(one.pid))
  })
  process.kill(pid, 'SIGKILL')
  assert.equal((await untilEnded(driver, run)).exitCode, 137)
  assert.equal(findMarked(dir).length, 2)
  await driver.forget(run)
  assert.deepEqual(findMarked(dir), [])
})

test('pm2: a process that closed its channel is asked by signal, as often as wanted, and the daemon lives', async (t) => {
  const { driver, start } = await fresh(t)
  const ignoring = `process.on('SIGTERM', () => undefined)`
  const { run } = await start(['-e', `${ignoring}; process.disconnect(); setInterval(() => undefined, 60000)`])
  const { run: soft } = await start(['-e', 'process.disconnect(); setInterval(() => undefined, 60000)'], 'acme.soft')
  await sleep(500)
  for (let i = 0; i < 3; i++) await driver.signalStop(run)
  await driver.signalStop(soft)
  assert.equal((await untilEnded(driver, soft)).exitCode, 143)
  assert.notEqual((await find(driver, run))?.pid, null)
})

test('pm2: a program that the kernel refuses is told and leaves nothing', async (t) => {
  const { driver, unit, dir } = await fresh(t)
  const command = join(dir, 'no-interpreter')
  writeFileSync(command, '#!/no/such/interpreter\n', { mode: 0o755 })
  await assert.rejects(driver.start({ ...unit('acme.bad', newRun(), ['x']), command }), /could not be spawned/)
  assert.deepEqual(await driver.list(), [])
})

test('pm2: a second driver finds what the first has started, and foreign processes are left out', async (t) => {
  const { driver, start, open, pm2Home } = await fresh(t)
  const { run, pid, name } = await start(PROGRAMS.lives)
  const { startSupervisorApp } = await import('./pm2-supervisor.js')
  await startSupervisorApp(supervisorApp(pm2Home))
  await driver.close()
  assert.ok(isAlive(pid))
  const next = await open()
  t.after(() => next.close())
  assert.deepEqual(await next.list(), [{ run, name, pid, exitCode: null }])
  await assert.rejects(next.start({ ...unitOf(pm2Home), name }), /already/)
})

const supervisorApp = (pm2Home: string) => ({
  pm2Home,
  command: process.execPath,
  args: [fixture('lives.cjs')],
  env: { FROTA_HOME: join(pm2Home, '..'), PATH: '/usr/bin:/bin' },
  cwd: pm2Home,
  errorFile: join(pm2Home, 'supervisor.err'),
})
const unitOf = (pm2Home: string): Unit => ({ ...supervisorApp(pm2Home), run: newRun(), name: '', stopWithinMs: 1000 })

test('pm2: the supervisor is started once, comes back after kill -9, and is gone after its stop', async (t) => {
  const { startSupervisorApp, stopSupervisorApp } = await import('./pm2-supervisor.js')
  const home = newHome()
  t.after(home.close)
  await launchPm2Daemon({ pm2Home: home.pm2Home, env: {} })
  const app = supervisorApp(home.pm2Home)
  const { pid, started } = await startSupervisorApp(app)
  assert.ok(started)
  assert.deepEqual(await startSupervisorApp(app), { pid, started: false })
  process.kill(pid, 'SIGKILL')
  const next = await until('PM2 starts it again', async () => {
    const now = await startSupervisorApp(app)
    return now.pid !== pid && isAlive(now.pid) && now.pid
  })
  await stopSupervisorApp(home.pm2Home)
  assert.equal(isAlive(next), false)
  await stopSupervisorApp(home.pm2Home)
  await assert.rejects(startSupervisorApp({ ...app, command: '/no/such/program' }), /could not spawn/)
})

test("pm2: what a process writes to stderr is kept, and PM2's own log is cut in place when it is large", async (t) => {
  const { driver, start, dir, pm2Home } = await fresh(t)
  const { run } = await start(['-e', 'throw new Error("the reason")'])
  assert.equal((await untilEnded(driver, run)).exitCode, 1)
  assert.match(readFileSync(join(dir, 'acme.vendas.err'), 'utf8'), /the reason/)
  const { pm2LogPath } = await import('./pm2-log.js')
  const { truncateAbove } = await import('./log-file.js')
  truncateAbove(pm2LogPath(pm2Home), 10)
  assert.equal(statSync(pm2LogPath(pm2Home)).size, 0)
  await driver.forget(run)
  await start(PROGRAMS.lives)
  const log = readFileSync(pm2LogPath(pm2Home), 'utf8')
  assert.ok(log.length > 0 && !log.includes('\0'), 'no hole')
  writeFileSync(join(dir, 'small'), 'x')
  truncateAbove(join(dir, 'small'), 10)
  assert.equal(statSync(join(dir, 'small')).size, 1)
  truncateAbove(join(dir, 'none'), 10)
})
