// What a program may hand to a backtest, and what it is told when that is wrong.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BadInput } from '../../../core/bad-input.js'
import { type BacktestInput, backtest, type Candle, defineStrategy, signalsStrategy, toColumns } from '../public.js'

const HOUR_MS = 3_600_000
const candles = [1, 2, 3, 4].map(
  (rise, row): Candle => ({
    at: row * HOUR_MS,
    open: 100 + rise,
    high: 102 + rise,
    low: 99 + rise,
    close: 101 + rise,
    volume: 1,
  }),
)
const input: Omit<BacktestInput, 'candles'> = {
  timeframe: '1h',
  instrument: { symbol: 'X', tick: 0.01, lot: 1, minNotional: 0, multiplier: 1, takerFee: 0, makerFee: 0 },
  strategy: signalsStrategy([{ enter: 'long' }, null, { exit: 'long' }]),
  fill: { cash: 1000, size: { type: 'fixed', size: 1 } },
}

test('candles are objects, columns, or chunks of columns: the answer is the same', async () => {
  const answers = [candles, toColumns(candles), [toColumns(candles.slice(0, 2)), toColumns(candles.slice(2))]]
  for (const given of answers) {
    const { candles: count, trades, finalEquity } = await backtest({ ...input, candles: given })
    assert.deepEqual([count, trades, finalEquity], [4, 1, 1002])
  }
  assert.equal((await backtest({ ...input, candles: [] })).candles, 0)
})

test('an instrument of which nothing is said has no fees, and rounds no price', async () => {
  const { instrument: _, ...rest } = input
  const { finalEquity, fees } = await backtest({ ...rest, candles })
  assert.deepEqual([finalEquity, fees], [1002, 0])
  const withFee = await backtest({ ...rest, candles, instrument: { takerFee: 0.5 } })
  assert.ok(withFee.fees > 0)
})

test('what is no candle is refused, not a backtest over nothing', async () => {
  const rows = [{ time: 0, open: 1, high: 1, low: 1, close: 1 }] as unknown as Candle[]
  await assert.rejects(backtest({ ...input, candles: rows }), BadInput)
})

test('what a strategy throws is told with its name and the candle', async () => {
  const strategy = defineStrategy({
    name: 'broken',
    parameters: () => ({}),
    start: () => ({}),
    next({ at }) {
      if (at === 2 * HOUR_MS) throw new TypeError('oops')
      return undefined
    },
  })
  await assert.rejects(
    backtest({ ...input, strategy, candles }),
    /^Error: strategy broken, candle 1970-01-01T02:00:00\.000Z: oops$/,
  )
})
