import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newRun, type Program, processDriverContract } from './driver.contract.js'
import type { Unit } from './driver.js'
import { type Behaviour, openMemoryDriver } from './memory.js'

const BEHAVIOURS: Record<Program, Behaviour> = {
  lives: {},
  'ignores-shutdown': { ignoresStop: true },
  'exits-65': { exitsWith: 65 },
  'exits-0': { exitsWith: 0 },
  'cannot-start': { startFails: 'no such program' },
}

const unit = (name: string, run = newRun(), program: Program = 'lives'): Unit => ({
  run,
  name,
  command: program,
  args: [],
  env: {},
  cwd: '/',
  errorFile: '/dev/null',
  stopWithinMs: 1000,
})

processDriverContract('memory', async () => {
  const driver = openMemoryDriver(({ command }) => BEHAVIOURS[command as Program])
  return { driver, unit, close: () => driver.close() }
})

test('memory: a lost daemon tells once and answers nothing; its processes can still be killed', async () => {
  const driver = openMemoryDriver()
  let lost = 0
  driver.onLost(() => {
    lost += 1
  })
  const one = unit('acme.one')
  await driver.start(one)
  driver.loseDaemon()
  driver.loseDaemon()
  await assert.rejects(driver.list(), /gone/)
  await driver.kill(one.run)
  await new Promise(setImmediate)
  assert.deepEqual([lost, await driver.info(), driver.kills], [1, null, [one.run]])
})

test('memory: a script can break calls, end a process and take its record away', async () => {
  const driver = openMemoryDriver()
  const one = unit('acme.one')
  await driver.start(one)
  driver.breakCalls('hangs')
  await assert.rejects(driver.list(), /hangs/)
  driver.breakCalls(null)
  driver.exit(one.run, 66)
  assert.equal((await driver.list())[0]?.exitCode, 66)
  driver.vanish(one.run)
  assert.deepEqual(await driver.list(), [])
  assert.deepEqual(driver.starts, [one])
})
