// A limit entry that fills inside a candle: what that candle did before the fill is nobody's to know.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Driven, feed, open } from '../../../../test/trading-driver.js'
import { DEFAULT_RISK, type RiskSettings, type Side, signalsStrategy } from '../public.js'

const FREE = { ...DEFAULT_RISK, maxGlobalExposure: null, maxSingleExposure: null }

/** A minute each of open, high, low, close; the first candle's signal enters at 95 (a short at 105). */
function entered(side: Side, risk: Partial<RiskSettings>, rows: readonly (readonly number[])[]): Driven {
  const price = side === 'long' ? 95 : 105
  const strategy = signalsStrategy([{ enter: side, price, goodForCandles: 9 }])
  const driven = open({ strategy, risk: { ...FREE, ...risk } }, { size: { type: 'fixed', size: 1 } })
  for (const [i, [o = 0, high = 0, low = 0, close = 0]] of [[100, 100, 100, 100], ...rows].entries()) {
    feed(driven, 'BTC', { at: i * 60_000, open: o, high, low, close, volume: 1 })
  }
  return driven
}

const TRAIL = { trailing: { percent: 5, offsetPercent: 0, positivePercent: null } }

test('a trail counts the close alone of the candle inside which a limit opened the position', () => {
  const [position] = entered('long', TRAIL, [[110, 110, 94, 96]]).state.portfolio.positions
  assert.deepEqual([position?.best, position?.stop], [960, 912])
  const [short] = entered('short', TRAIL, [[90, 106, 90, 104]]).state.portfolio.positions
  assert.deepEqual([short?.best, short?.stop], [1040, 1092])
})

test('so does a break-even stop, and the candle after counts whole', () => {
  const risk = { breakEven: { atPercent: 5, lockPercent: 0 }, stopLossPercent: 20 }
  const driven = entered('long', risk, [[110, 110, 94, 96]])
  assert.equal(driven.state.portfolio.positions[0]?.stop, 760)
  feed(driven, 'BTC', { at: 120_000, open: 96, high: 101, low: 96, close: 100, volume: 1 })
  assert.equal(driven.state.portfolio.positions[0]?.stop, 950)
})

test('an entry that the open has passed lives through its whole candle', () => {
  const [position] = entered('long', TRAIL, [[94, 103, 94, 96]]).state.portfolio.positions
  assert.deepEqual([position?.entryPrice, position?.best], [940, 1030])
})

test('whatever the candle of the entry did before it decides nothing of what follows', () => {
  const risks = fc.record({
    trailing: fc.constantFrom(TRAIL.trailing, { percent: null, offsetPercent: 1, positivePercent: 1 }),
    breakEven: fc.option(fc.constant({ atPercent: 2, lockPercent: 1 }), { nil: null }),
    stopLossPercent: fc.constantFrom(3, 20),
    takeProfitPercent: fc.option(fc.constantFrom(1, 30), { nil: null }),
  })
  const path = fc.array(fc.integer({ min: 85, max: 115 }), { minLength: 3, maxLength: 12 })
  const property = fc.property(risks, path, fc.integer({ min: 97, max: 140 }), (risk, closes, high) => {
    const rows = closes.map((close, i) => {
      const from = closes[i - 1] ?? 94
      return [from, Math.max(from, close) + 1, Math.min(from, close) - 1, close]
    })
    const [low, tall] = [97, high].map((top) => entered('long', risk, [[96, top, 94, 94], ...rows]))
    assert.deepEqual(tall?.intents, low?.intents)
  })
  fc.assert(property, { numRuns: 100 })
})
