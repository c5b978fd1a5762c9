import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AfterExit, type Attempts, afterExit, type Ended, NO_ATTEMPTS, restartDelayMs } from './backoff.js'

const NOW = 1_800_000_000_000
const MINUTE = 60_000
const half = () => 0.5

const crash = (change: Partial<Ended> = {}): Ended => ({
  exitCode: 1,
  reason: null,
  readyForMs: 0,
  wasReady: false,
  ...change,
})
const after = (ended: Ended, before: Attempts = NO_ATTEMPTS) => afterExit(ended, before, NOW, half)

test('an exit code decides who must act: a person, the lease, or time', () => {
  const table: [number | null, AfterExit['state'], RegExp][] = [
    [0, 'backoff', /ended by itself/],
    [1, 'backoff', /crashed \(exit 1\)/],
    [137, 'backoff', /crashed \(exit 137\)/],
    [null, 'backoff', /nobody saw how/],
    [64, 'failed', /config refused/],
    [65, 'failed', /credentials refused or logged out/],
    [66, 'fenced', /lease was lost/],
    [67, 'failed', /over its plan/],
  ]
  for (const [exitCode, state, reason] of table) {
    const { next } = after(crash({ exitCode }))
    assert.equal(next.state, state, String(exitCode))
    assert.match(next.reason, reason)
  }
})

test("a session's own last word goes before the word for its exit code", () => {
  assert.equal(after(crash({ exitCode: 65, reason: 'logged out on the phone' })).next.reason, 'logged out on the phone')
})

test('a session that had been ready for a minute restarts at once; one that had not, waits', () => {
  const retryAt = (readyForMs: number) => {
    const { next } = after(crash({ readyForMs, wasReady: true }))
    return next.state === 'backoff' ? next.retryAt : undefined
  }
  assert.equal(retryAt(MINUTE), NOW)
  assert.equal(retryAt(MINUTE - 1), NOW + 500)
})

test('pauses double from one second to five minutes and no further, with full jitter', () => {
  const longest = [0, 1, 2, 3, 8, 9, 30].map((attempt) => restartDelayMs(attempt, () => 1))
  assert.deepEqual(longest, [1_000, 2_000, 4_000, 8_000, 256_000, 300_000, 300_000])
  assert.equal(
    restartDelayMs(5, () => 0),
    0,
  )
})

test('ten ends without once being ready fail it, and it says so', () => {
  let attempts = NO_ATTEMPTS
  const states: string[] = []
  for (let end = 1; end <= 10; end++) {
    const result = after(crash({ reason: 'no answer' }), attempts)
    attempts = result.attempts
    states.push(result.next.state)
    if (end === 10) assert.equal(result.next.reason, '10 starts without once being ready; last: no answer')
  }
  assert.deepEqual(states, [...Array(9).fill('backoff'), 'failed'])
})

test('a session that gets ready now and then never fails, however often it crashes', () => {
  let attempts = NO_ATTEMPTS
  for (let end = 1; end <= 60; end++) {
    const { next, attempts: kept } = after(crash({ wasReady: end % 9 === 0 }), attempts)
    attempts = kept
    assert.equal(next.state, 'backoff')
  }
})

test('ten ends also after it had once been ready, and not nine', () => {
  let { attempts } = after(crash({ wasReady: true }))
  const states: string[] = []
  for (let end = 1; end <= 10; end++) {
    const result = after(crash(), attempts)
    attempts = result.attempts
    states.push(result.next.state)
  }
  assert.deepEqual(states, [...Array(9).fill('backoff'), 'failed'])
})

test('one that gets ready and dies again and again waits longer when it flaps, half a minute at most', () => {
  let attempts = NO_ATTEMPTS
  const delays: number[] = []
  for (let end = 1; end <= 12; end++) {
    const result = afterExit(crash({ wasReady: true }), attempts, NOW, () => 1)
    attempts = result.attempts
    if (result.next.state === 'backoff') delays.push((result.next.retryAt - NOW) / 1000)
  }
  assert.deepEqual(delays, [1, 1, 1, 1, 1, 2, 4, 8, 16, 32, 32, 32])
})

test('five ends in ten minutes are one alert, and another one only after a quiet time', () => {
  let attempts = NO_ATTEMPTS
  const alerts: number[] = []
  const endAt = (minute: number) => {
    const result = afterExit(crash({ wasReady: true }), attempts, NOW + minute * MINUTE, half)
    attempts = result.attempts
    if (result.flapping) alerts.push(minute)
  }
  for (const minute of [0, 1, 2, 3, 4, 5, 6]) endAt(minute)
  assert.deepEqual(alerts, [4])
  for (const minute of [40, 41, 42, 43, 44]) endAt(minute)
  assert.deepEqual(alerts, [4, 44])
})

test('ends ten minutes apart are no flapping', () => {
  let attempts = NO_ATTEMPTS
  for (let end = 0; end < 8; end++) {
    const result = afterExit(crash({ wasReady: true }), attempts, NOW + end * 10 * MINUTE, half)
    attempts = result.attempts
    assert.equal(result.flapping, false)
  }
  assert.equal(attempts.recentExits.length, 1)
})
