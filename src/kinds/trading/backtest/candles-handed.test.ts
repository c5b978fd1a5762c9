// A strategy may keep the candle that it was given: the next one is another object, as in a live session.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BTC, walk } from '../../../../test/trading-driver.js'
import { backtest, type Candle, defineStrategy, toColumns } from '../public.js'

test('a candle that was kept still says what it said', async () => {
  const candles = walk(Array.from({ length: 30 }, (_, i) => [i % 7, 1, 1] as const))
  const kept: Readonly<Candle>[] = []
  const keeping = defineStrategy({
    name: 'keeping',
    parameters: () => ({}),
    start: () => ({}),
    next(candle): undefined {
      kept.push(candle)
    },
  })
  await backtest({ strategy: keeping, instrument: BTC, timeframe: '1m', candles: [toColumns(candles)] })
  assert.deepEqual(kept, candles)
})
