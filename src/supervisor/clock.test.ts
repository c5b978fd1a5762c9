import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aLive, aUnit, aWanted, aWorld, NOW, ready } from '../../test/a-unit.js'
import { moveTimes, watchClock } from './clock.js'
import { planActions } from './plan.js'
import type { Life, Unit } from './unit.js'

const DAY = 86_400_000

test('a clock that is set is noticed once, drift and the passing of time are not', () => {
  let wall = NOW
  let monotonic = 0
  const jump = watchClock(
    () => wall,
    () => monotonic,
  )
  const pass = (wallMs: number, monotonicMs: number) => {
    wall += wallMs
    monotonic += monotonicMs
    return jump()
  }
  assert.deepEqual([pass(1_000, 1_000), pass(60_000, 60_000), pass(1_100, 1_000)], [0, 0, 0])
  assert.deepEqual([pass(DAY + 1_000, 1_000), pass(1_000, 1_000)], [DAY + 100, 0])
  assert.deepEqual([pass(-DAY, 1_000), pass(1_000, 1_000)], [-DAY - 1_000, 0])
})

test('after the clock was set, by a day in either direction, every decision is the one it would have been', () => {
  const lives: Life[] = [
    ready(),
    ready({ lastBeatAt: NOW - 61_000 }),
    { state: 'starting', since: NOW, reason: null, live: aLive({ startedAt: NOW - 59_000, lastBeatAt: NOW }) },
    { state: 'starting', since: NOW, reason: null, live: aLive({ startedAt: NOW - 61_000, lastBeatAt: NOW }) },
    { state: 'backoff', since: NOW, reason: 'crashed', retryAt: NOW + 1_000 },
    { state: 'backoff', since: NOW, reason: 'crashed', retryAt: NOW - 1 },
    {
      state: 'stopping',
      since: NOW,
      reason: '',
      live: aLive(),
      killAt: NOW + 10,
      next: { state: 'stopped', reason: null },
    },
    { state: 'waiting', since: NOW, reason: 'full', retryAt: 0 },
  ]
  const usage = { rssBytes: 0, cpuPercent: 99, hotSince: NOW - 119_000, reniced: false }
  const decide = (unit: Unit, nowMs: number) => planActions(new Map([[unit.id, aWanted()]]), [unit], aWorld({ nowMs }))
  for (const life of lives) {
    for (const jump of [DAY, -DAY]) {
      const unit = aUnit(structuredClone(life), { usage: { ...usage } })
      const before = decide(unit, NOW)
      moveTimes(unit, jump)
      assert.deepEqual(decide(unit, NOW + jump), before, `${life.state} ${jump}`)
    }
  }
})
