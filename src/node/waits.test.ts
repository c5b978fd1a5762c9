import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBell, pause, settlesWithin, sleep, TimedOut, within } from './waits.js'

const never = new Promise<never>(() => undefined)

test('an answer that does not come in time is a TimedOut, or what the asker makes of it', async () => {
  await assert.rejects(within(1, never), TimedOut)
  await assert.rejects(
    within(1, never, () => new Error('the page hangs')),
    /the page hangs/,
  )
  assert.equal(await within(60_000, Promise.resolve(7)), 7)
  await assert.rejects(within(60_000, Promise.reject(new Error('refused'))), /refused/)
})

test('whether something settles in time is answered, never thrown', async () => {
  assert.equal(await settlesWithin(never, 1), false)
  assert.equal(await settlesWithin(Promise.reject(new Error('refused')), 60_000), true)
})

test('a sleep ends with the signal’s reason; a pause only says that it was cut short', async () => {
  const controller = new AbortController()
  const long = sleep(60_000, controller.signal)
  const cut = pause(60_000, controller.signal)
  controller.abort(new Error('shutdown'))
  await assert.rejects(long, /shutdown/)
  await assert.rejects(sleep(1, controller.signal), /shutdown/)
  assert.equal(await cut, false)
  assert.equal(await pause(60_000, controller.signal), false)
  assert.equal(await pause(1), true)
})

test('a bell that rang before the wait is heard once, and a signal ends the wait', async () => {
  const bell = openBell()
  bell.ring()
  bell.ring()
  assert.equal(await bell.wait(60_000), true)
  assert.equal(await bell.wait(1), false)
  const waiting = bell.wait(60_000)
  bell.ring()
  assert.equal(await waiting, true)
  const controller = new AbortController()
  const stopped = bell.wait(60_000, controller.signal)
  controller.abort()
  assert.equal(await stopped, false)
  assert.equal(await bell.wait(60_000, controller.signal), false)
})

test('a wait longer than a timer can be does not end at once', async () => {
  const bell = openBell()
  const waiting = bell.wait(2 ** 40)
  assert.equal(await settlesWithin(waiting, 5), false)
  bell.ring()
  assert.equal(await waiting, true)
})
