import assert from 'node:assert/strict'
import { test } from 'node:test'
import { after, connected, MINUTE_MS, read, ready } from '../../../test/whatsapp-happened.js'
import type { Happened } from './happened.js'
import { isToRead, isToTell } from './reading.js'

test('what was missed while all was being read is read at once afterwards; what was missed before is read once', () => {
  const due = (...things: (Happened | number)[]) => {
    const { seen, nowMs } = after(...ready, ...things)
    return isToRead(seen.reading, nowMs)
  }
  const reading: Happened = { what: 'reading' }
  const missed: Happened = { what: 'missed' }
  const working: Happened = { what: 'working' }
  assert.equal(due(reading, read('all read', 1_000), working), false)
  assert.equal(due(reading, missed, working), false, 'one is under way')
  assert.equal(due(reading, missed, working, read('all read', 1_000), working), true)
  assert.equal(due(reading, read('all read', 1_000), missed, working), true)
  assert.equal(due(missed, working, reading, read('all read', 1_000), working), false)
  assert.equal(due(reading, read('all read', 1_000), { what: 'reloaded', browser: 1 }, working), true)
  assert.equal(due(reading, read('all read', 1_000), 10 * MINUTE_MS, working), true)
})

test('a reading that is cut short while the next one waits for it is no reason for a third', () => {
  const { seen, nowMs } = after(...ready, { what: 'reading' }, { what: 'reading' }, read('cut short'), MINUTE_MS)
  assert.equal(isToRead(seen.reading, nowMs), false)
})

test('chats that cannot be read are tried again with growing pauses up to ten minutes, and told once', () => {
  const failures = (count: number) =>
    Array.from({ length: count }, () => [{ what: 'reading' } as const, read('failed')])
  const waits = [1, 2, 3, 20].map((count) => {
    const { seen, nowMs } = after(...ready, ...failures(count).flat())
    return seen.reading.dueAt - nowMs
  })
  assert.deepEqual(waits, [5_000, 10_000, 20_000, 10 * MINUTE_MS])
  const told = [1, 2, 3, 4, 5].filter((count) => isToTell(after(...ready, ...failures(count).flat()).seen.reading))
  assert.deepEqual(told, [3])
  assert.equal(after(...ready, ...failures(3).flat(), connected).seen.reading.failures, 0)
})
