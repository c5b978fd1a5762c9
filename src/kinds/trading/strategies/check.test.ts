import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyStrategy, Signal } from '../public.js'
import { defineStrategy, readParameters } from '../public.js'
import { checkStrategy, madeUpCandles } from './check.js'
import { builtInStrategies } from './load.js'

const HOUR_MS = 3_600_000
const candles = madeUpCandles(600, HOUR_MS)

const check = (strategy: AnyStrategy, parameters: object = {}) =>
  checkStrategy(strategy, { candles, parameters, timeframe: '1h' })

const codesOf = (strategy: AnyStrategy) => check(strategy).findings.map(({ code, candle }) => `${code} ${candle}`)

/** One that answers what `next` says; `start` is its memory. */
const strategyOf = (next: (at: number, memory: { seen: number }) => Signal | undefined) =>
  defineStrategy({
    name: 'tried',
    parameters: () => ({}),
    start: () => ({ seen: 0 }),
    next: ({ at }, memory) => next(at, memory),
  })

for (const strategy of builtInStrategies) {
  test(`${strategy.name} is honest, and has something to say`, async () => {
    const given =
      strategy.name === 'rsi-volume'
        ? { volumeFactor: 0.5, rsiPeriod: 5, pattern: 'off', trendTimeframe: '2h', trendPeriod: 2 }
        : {}
    const { findings, signals } = check(strategy, await readParameters(strategy, given))
    assert.deepEqual(findings, [])
    assert.ok(signals > 3, `${signals} signals`)
  })
}

test('who knows what comes after the candle in hand is told, with the first candle', () => {
  const known: number[] = []
  const cheater = strategyOf((at) => {
    const index = at / HOUR_MS
    known[index] = candles[index]?.close ?? 0
    return (known[index + 1] ?? 0) > (known[index] ?? 0) ? { enter: 'long' } : undefined
  })
  const [finding] = check(cheater).findings
  const rises = candles.findIndex(({ close }, i) => (candles[i + 1]?.close ?? 0) > close)
  assert.equal(finding?.code, 'looks-ahead')
  assert.equal(finding.candle, rises)
  const place = `candle ${rises + 1}, 1970-01-01T0${rises}:00:00Z`
  assert.ok(finding.text.startsWith(place), finding.text)
})

test('who asks the time or for chance is told, and so is what comes of it', () => {
  assert.deepEqual(
    codesOf(strategyOf((at) => (at === 5 * HOUR_MS && Date.now() > 0 ? { enter: 'long' } : undefined))),
    ['asks-the-time 5'],
  )
  assert.deepEqual(codesOf(strategyOf((at) => (new Date().getUTCHours() < 24 && at < 0 ? {} : undefined))), [
    'asks-the-time 0',
  ])
  assert.deepEqual(
    codesOf(strategyOf((at) => (at === 9 * HOUR_MS ? { enter: 'long', stop: 1 + Math.random() } : undefined))),
    ['asks-for-chance 9', 'not-repeatable 9'],
  )
  assert.deepEqual(codesOf(strategyOf((at) => (new Date(at).getUTCHours() === 0 ? { enter: 'long' } : undefined))), [])
})

test('the clock and the dice are as they were afterwards', () => {
  const before = [Date, Math.random, performance.now]
  check(strategyOf(() => undefined))
  assert.deepEqual([Date, Math.random, performance.now], before)
})

test('what is remembered outside the memory, or cannot be stored, is told', () => {
  const forgetful = defineStrategy({
    name: 'forgetful',
    parameters: () => ({}),
    start: () => ({ secret: new Hidden() }),
    next: (_candle, { secret }): Signal | undefined => (secret.count++ % 50 === 49 ? { exit: 'both' } : undefined),
  })
  const [finding] = check(forgetful).findings
  assert.equal(finding?.code, 'lost-in-restart')
  assert.match(finding.text, /memory\.secret is a Hidden, which cannot be stored/)
})

class Hidden {
  count = 0
}

test('what it throws is told with its candle, and a candle cannot be changed', () => {
  const [thrown] = check(
    strategyOf((at) => {
      if (at === 7 * HOUR_MS) throw new Error('no luck')
      return undefined
    }),
  ).findings
  assert.match(thrown?.text ?? '', /candle 8, 1970-01-01T07:00:00Z: it throws no luck/)
  const meddler = defineStrategy({
    name: 'meddler',
    parameters: () => ({}),
    start: () => ({}),
    next(candle): undefined {
      Object.assign(candle, { close: 1 })
    },
  })
  assert.equal(check(meddler).findings[0]?.code, 'throws')
})
