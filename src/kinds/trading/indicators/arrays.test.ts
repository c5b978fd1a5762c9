import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sp500Bars } from '../../../../test/trading-bars.js'
import * as ours from '../public.js'

const bars = sp500Bars()
const candles = Array.from(bars.close, (close, i) => ({
  open: bars.open[i] as number,
  high: bars.high[i] as number,
  low: bars.low[i] as number,
  close,
  volume: bars.volume[i] as number,
}))

test('candles and columns, the whole and the stream answer the same', () => {
  const stream = new ours.Adx()
  const streamed = candles.map((candle) => stream.update(candle)?.adx ?? Number.NaN)
  assert.deepEqual([...ours.adx(candles).adx], streamed)
  assert.deepEqual([...ours.adx(bars).adx], streamed)
  assert.deepEqual(ours.hammer(candles), ours.hammer(bars))
  const oscillator = new ours.Rsi()
  assert.deepEqual(
    [...ours.rsi(bars.close)],
    Array.from(bars.close, (close) => oscillator.update(close) ?? Number.NaN),
  )
})

test('what comes later changes nothing before', () => {
  const first = Object.fromEntries(Object.entries(bars).map(([field, values]) => [field, values.slice(0, 300)]))
  for (const make of [ours.atr, ours.natr, ours.cci, ours.williamsR, ours.obv, ours.morningStar, ours.rollingVwap])
    assert.deepEqual(make(first as unknown as typeof bars), make(bars).slice(0, 300))
})

test('columns may be longer than the candles they hold, but not shorter, nor missing', () => {
  const { high, low, close } = bars
  assert.deepEqual(ours.atr({ high, low, close, length: 50 }), ours.atr(bars).slice(0, 50))
  assert.throws(
    () => ours.atr({ high, low, close: close.slice(1) }),
    /RangeError|the column "close" has 5104 values, 5105/,
  )
  assert.throws(
    () => ours.atr({ high, low, close, length: 5106 }),
    /the column "high" has 5105 values, 5106 are needed/,
  )
  assert.throws(() => ours.atr({ high, low } as unknown as typeof bars), /the column "close" has no values/)
  assert.deepEqual([...ours.rsi([])], [])
  assert.deepEqual([...ours.atr([])], [])
})

test('what is reckoned of an indicator begins where that has its first answer', () => {
  const { close } = bars
  const warm = 14
  const strength = ours.rsi(close, 14)
  const smooth = ours.sma(strength, 5)
  assert.deepEqual([...smooth.subarray(warm)], [...ours.sma(strength.subarray(warm), 5)])
  assert.deepEqual([...smooth.subarray(0, warm + 4)], Array(warm + 4).fill(Number.NaN))
  const { upper } = ours.bollinger(strength, 20)
  assert.deepEqual([...upper.subarray(warm)], [...ours.bollinger(strength.subarray(warm), 20).upper])
  assert.deepEqual([...ours.ema([Number.NaN, Number.NaN], 2)], [Number.NaN, Number.NaN])
  assert.throws(() => ours.sma([Number.NaN, 1, Number.NaN], 1), /value must be a finite number, it is NaN/)
})

test('a bad value in an array is refused', () => {
  assert.throws(() => ours.rsi([1, 2, Number.NaN]), {
    name: 'RangeError',
    message: 'rsi: value must be a finite number, it is NaN',
  })
  assert.throws(() => ours.sma([1], 0), { message: 'sma: period must be a whole number from 1 to 100000, it is 0' })
  assert.throws(() => ours.rsi([1], 1.5), /rsi: period must be a whole number from 2/)
  assert.throws(() => ours.macd([1], 12, 26, 0), /macd: signal must be a whole number from 1/)
  assert.throws(() => ours.bollinger([1], 20, -1), /bollinger: up must be a number from 0, it is -1/)
  assert.throws(() => ours.supertrend([], 10, Number.NaN), /supertrend: multiplier must be a number from 0/)
  assert.throws(() => ours.vwap([], -1), /vwap: sessionMs must be a whole number/)
})

test('a session of volume-weighted prices begins at midnight UTC, or where it is told to', () => {
  const hour = 3_600_000
  const one = (at: number, close: number, volume = 1) => ({ at: at * hour, high: close, low: close, close, volume })
  const day = [one(22, 1), one(23, 3), one(24, 5, 0), one(25, 7), one(26, 9)]
  assert.deepEqual([...ours.vwap(day)], [1, 2, Number.NaN, 7, 8])
  assert.deepEqual([...ours.vwap(day, 24 * hour, 2 * hour)], [1, 2, 2, 11 / 3, 9])
  assert.deepEqual([...ours.vwap(day, 0)], [1, 2, 2, 11 / 3, 5])
  assert.deepEqual([...ours.rollingVwap([one(0, 1, 0), one(1, 3, 0), one(2, 5, 2)], 2)], [Number.NaN, Number.NaN, 5])
})
