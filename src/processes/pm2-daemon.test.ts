// The daemon under the driver: it hangs, dies, is found or replaced, and there is never a second.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fresh, newHome, PROGRAMS } from '../../test/pm2-home.js'
import { find, newRun, until } from './driver.contract.js'
import { openPm2Driver } from './pm2.js'
import { killDaemon, launchPm2Daemon } from './pm2-daemon.js'
import { findMarked, isAlive } from './proc.js'

test('pm2: a daemon that hangs makes every call fail in time, and a start it answers too late is undone', async (t) => {
  const { driver, start, unit, dir } = await fresh(t, 500)
  const { run } = await start(PROGRAMS.lives)
  process.kill(driver.daemonPid(), 'SIGSTOP')
  const late = newRun()
  await assert.rejects(driver.list(), /did not answer/)
  await assert.rejects(driver.start(unit('acme.late', late, PROGRAMS.lives)), /did not answer/)
  await assert.rejects(driver.signalStop(run), /did not answer/)
  process.kill(driver.daemonPid(), 'SIGCONT')
  await until('the late one is undone', async () => {
    const rows = await driver.list().catch(() => null)
    return rows?.length === 1 && findMarked(dir).length === 1
  })
  assert.ok(await find(driver, run))
  const { run: again } = await start(PROGRAMS.lives, 'acme.late')
  assert.notEqual(again, late)
})

test('pm2: a daemon that hangs for good is taken for lost, one that only pauses is not', async (t) => {
  const { driver, open } = await fresh(t, 1_000)
  let lost = 0
  driver.onLost(() => lost++)
  const pause = async (questions: number) => {
    process.kill(driver.daemonPid(), 'SIGSTOP')
    for (let i = 0; i < questions; i++) await assert.rejects(driver.list(), /did not answer|is lost/)
  }
  await pause(2)
  process.kill(driver.daemonPid(), 'SIGCONT')
  await until('an answer', () => driver.list().catch(() => null))
  assert.equal(lost, 0)
  await pause(5)
  assert.equal(lost, 1)
  const next = await open()
  t.after(() => next.close())
  assert.notEqual(next.daemonPid(), driver.daemonPid())
})

test('pm2: the death of the daemon is told once, though another takes its place; processes outlive it', async (t) => {
  const { driver, start, pm2Home, dir } = await fresh(t)
  let lost = 0
  driver.onLost(() => {
    lost += 1
  })
  const { pid, run } = await start(PROGRAMS['ignores-shutdown'])
  process.kill(driver.daemonPid(), 'SIGKILL')
  await until('it is told', async () => lost > 0)
  const next = await launchPm2Daemon({ pm2Home, env: {} })
  assert.ok(next.launched && next.pid !== driver.daemonPid())
  await assert.rejects(driver.list(), /lost/)
  await assert.rejects(driver.signalStop(run), /lost/)
  assert.equal(await driver.info(), null)
  assert.deepEqual(
    findMarked(dir).map((one) => one.pid),
    [pid],
  )
  await driver.kill(run)
  assert.equal(isAlive(pid), false)
  assert.equal(lost, 1)
})

test('pm2: a daemon that is there is used, one that hangs is replaced, and there is never a second', async (t) => {
  const home = newHome()
  t.after(home.close)
  const first = await launchPm2Daemon({ pm2Home: home.pm2Home, env: {} })
  assert.deepEqual(await launchPm2Daemon({ pm2Home: home.pm2Home, env: {} }), { pid: first.pid, launched: false })
  process.kill(first.pid, 'SIGSTOP')
  const second = await launchPm2Daemon({ pm2Home: home.pm2Home, env: {} })
  assert.ok(second.launched)
  assert.equal(isAlive(first.pid), false)
  await killDaemon(home.pm2Home)
  assert.equal(isAlive(second.pid), false)
  await assert.rejects(openPm2Driver({ pm2Home: home.pm2Home, launch: 'never' }), /No PM2 daemon/)
})
