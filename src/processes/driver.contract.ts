// What every ProcessDriver promises to the supervisor. Run over the twin and over real PM2.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunId } from '../core/ids.js'
import type { ProcessDriver, Running, Unit } from './driver.js'

/** What a process of the suite does; each driver's harness knows how. */
export type Program = 'lives' | 'ignores-shutdown' | 'exits-65' | 'exits-0' | 'cannot-start'

export interface DriverHarness {
  driver: ProcessDriver
  unit(name: string, run: RunId, program: Program): Unit
  close(): Promise<void>
}

export const newRun = () => randomUUID() as RunId

export async function until<T>(what: string, look: () => Promise<T | false | undefined>): Promise<T> {
  for (let i = 0; i < 400; i++) {
    const found = await look()
    if (found !== false && found !== undefined) return found
    await sleep(25)
  }
  return assert.fail(`never: ${what}`)
}

export const find = async (driver: ProcessDriver, run: RunId) => (await driver.list()).find((one) => one.run === run)

export const untilEnded = (driver: ProcessDriver, run: RunId): Promise<Running> =>
  until(`${run} ends`, async () => {
    const row = await find(driver, run)
    return row?.pid === null && row
  })

export function processDriverContract(title: string, open: () => Promise<DriverHarness>): void {
  let harness: DriverHarness
  let driver: ProcessDriver
  let count = 0
  const newName = () => `acme.s${++count}`
  const start = async (program: Program, name = newName()) => {
    const run = newRun()
    const { pid } = await driver.start(harness.unit(name, run, program))
    return { run, name, pid }
  }

  before(async () => {
    harness = await open()
    driver = harness.driver
  })
  after(() => harness?.close())

  test(`${title}: a started process is listed under its run and name, with its pid`, async () => {
    const { run, name, pid } = await start('lives')
    assert.deepEqual(await find(driver, run), { run, name, pid, exitCode: null })
    await driver.forget(run)
  })

  test(`${title}: asked to stop, a process ends by itself, and its code is seen`, async () => {
    const { run } = await start('lives')
    await driver.signalStop(run)
    assert.equal((await untilEnded(driver, run)).exitCode, 0)
    await driver.signalStop(run)
    await driver.forget(run)
    assert.equal(await find(driver, run), undefined)
  })

  test(`${title}: a process that ends by itself is hinted at, and its code is seen`, async () => {
    let hints = 0
    driver.onHint(() => {
      hints += 1
    })
    const { run } = await start('exits-65')
    const { run: done } = await start('exits-0')
    assert.equal((await untilEnded(driver, run)).exitCode, 65)
    assert.equal((await untilEnded(driver, done)).exitCode, 0)
    await until('a hint', async () => hints > 0)
    await driver.forget(run)
    await driver.forget(done)
  })

  test(`${title}: a process that ignores the request lives on until it is killed, and that is no code 0`, async () => {
    const { run } = await start('ignores-shutdown')
    await driver.signalStop(run)
    await driver.signalStop(run)
    await sleep(200)
    assert.notEqual((await find(driver, run))?.pid, null)
    await driver.kill(run)
    const row = await find(driver, run)
    assert.deepEqual([row?.pid, row?.exitCode], [null, 137])
    await driver.kill(run)
    await driver.forget(run)
  })

  test(`${title}: forget ends what lives, and the name is free for a new run`, async () => {
    const { run, name } = await start('lives')
    await assert.rejects(start('lives', name), /already/)
    await driver.forget(run)
    const again = await start('lives', name)
    assert.deepEqual(
      (await driver.list()).map((row) => row.run),
      [again.run],
    )
    await driver.forget(again.run)
  })

  test(`${title}: two who forget one run at the same time both find it gone`, async () => {
    const { run, name } = await start('lives')
    await Promise.all([driver.forget(run), driver.forget(run)])
    const again = await start('lives', name)
    await Promise.all([driver.forget(run), driver.forget(again.run)])
    assert.deepEqual(await driver.list(), [])
  })

  test(`${title}: of three starts of one name at once, one process comes to be`, async () => {
    const name = newName()
    const results = await Promise.allSettled([1, 2, 3].map(() => start('lives', name)))
    assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected', 'rejected'])
    const rows = await driver.list()
    assert.equal(rows.length, 1)
    for (const { run } of rows) await driver.forget(run)
  })

  test(`${title}: what cannot be started says so and leaves nothing`, async () => {
    const name = newName()
    await assert.rejects(start('cannot-start', name))
    assert.deepEqual(await driver.list(), [])
    const { run } = await start('lives', name)
    await driver.forget(run)
  })

  test(`${title}: unknown runs are ignored`, async () => {
    await driver.signalStop(newRun())
    await driver.kill(newRun())
    await driver.forget(newRun())
    assert.deepEqual(await driver.list(), [])
  })

  test(`${title}: many are started, stopped and forgotten at once`, async () => {
    const started = await Promise.all(Array.from({ length: 6 }, () => start('lives')))
    assert.equal((await driver.list()).length, 6)
    await Promise.all(started.map(({ run }) => driver.signalStop(run)))
    for (const { run } of started) await untilEnded(driver, run)
    await Promise.all(started.map(({ run }) => driver.forget(run)))
    assert.deepEqual(await driver.list(), [])
  })

  test(`${title}: the status shows who holds the processes`, async () => {
    const info = await driver.info()
    assert.ok(info && info.pid > 0 && info.rssBytes > 0)
  })
}
