// A second opinion, from the package trading-signals, on what TA-Lib's build for tests has not: volume-weighted prices and
// supertrend. Its RSI and its exponential average begin another way and come together with TA-Lib's.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as peer from 'trading-signals'
import { sp500Bars } from '../../../../test/trading-bars.js'
import * as ours from '../public.js'

const bars = sp500Bars()
const candles = Array.from(bars.close, (close, i) => ({
  at: i * 86_400_000,
  open: bars.open[i] as number,
  high: bars.high[i] as number,
  low: bars.low[i] as number,
  close,
  volume: bars.volume[i] as number,
}))

/** Long after every beginning has faded. */
const SETTLED = 1000

function assertAlike(line: Float64Array, expected: (number | null | undefined)[], from: number, what: string): void {
  for (let i = from; i < line.length; i++) {
    const [found, theirs] = [line[i] as number, expected[i] ?? Number.NaN]
    const isAlike = Number.isNaN(theirs) ? Number.isNaN(found) : Math.abs(found - theirs) <= 1e-9 * Math.abs(theirs)
    assert.ok(isAlike, `${what}: candle ${i} answers ${found}, trading-signals ${theirs}`)
  }
}

test('volume-weighted prices are equal from the first one on', () => {
  const whole = new peer.VWAP()
  assertAlike(
    ours.vwap(candles, 0),
    candles.map((candle) => whole.update(candle, false)),
    0,
    'vwap',
  )
  const typical = candles.map((candle) => ({ ...candle, close: (candle.high + candle.low + candle.close) / 3 }))
  const rolling = new peer.VWMA(20)
  assertAlike(
    ours.rollingVwap(candles, 20),
    typical.map((candle) => rolling.update(candle, false)),
    0,
    'rolling vwap',
  )
})

test('supertrend, RSI and EMA are equal once their beginnings have faded', () => {
  const theirs = new peer.SuperTrend({ interval: 10, multiplier: 3 })
  const answers = candles.map((candle) => theirs.update(candle, false))
  const { line, trend } = ours.supertrend(candles)
  assertAlike(
    line,
    answers.map((answer) => answer?.supertrend),
    SETTLED,
    'supertrend',
  )
  assertAlike(
    trend,
    answers.map((answer) => (answer?.trend === 'BULLISH' ? 1 : -1)),
    SETTLED,
    'its trend',
  )
  const strength = new peer.RSI(14, peer.WSMA)
  assertAlike(
    ours.rsi(bars.close),
    candles.map(({ close }) => strength.update(close, false)),
    SETTLED,
    'rsi',
  )
  const mean = new peer.EMA(20)
  assertAlike(
    ours.ema(bars.close, 20),
    candles.map(({ close }) => mean.update(close, false)),
    SETTLED,
    'ema',
  )
})
