// Against TA-Lib itself: every value of every indicator, and where the first one stands.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { talib } from '../../../../test/talib.js'
import { randomBars, sp500Bars, type TestBars } from '../../../../test/trading-bars.js'
import * as ours from '../public.js'

interface Case {
  /** As TA-Lib's header has it. */
  name: string
  inputs: (keyof TestBars)[]
  options?: number[]
  of: (bars: TestBars) => Float64Array | Record<string, Float64Array>
  isInteger?: boolean
}

const HLC = ['high', 'low', 'close'] as const satisfies (keyof TestBars)[]
const OHLC = ['open', ...HLC] as const satisfies (keyof TestBars)[]
const close = (name: string, options: number[], of: (values: Float64Array) => ReturnType<Case['of']>): Case => ({
  name,
  inputs: ['close'],
  options,
  of: (bars) => of(bars.close),
})
const candles = (name: string, options: number[], of: Case['of']): Case => ({ name, inputs: [...HLC], options, of })
const pattern = (name: string, of: Case['of'], options: number[] = []): Case => ({
  name,
  inputs: [...OHLC],
  options,
  of,
  isInteger: true,
})

const CASES: Case[] = [
  ...[2, 5, 20, 200].map((n) => close('SMA', [n], (values) => ours.sma(values, n))),
  ...[2, 5, 20, 200].map((n) => close('EMA', [n], (values) => ours.ema(values, n))),
  ...[2, 14, 50].map((n) => close('RSI', [n], (values) => ours.rsi(values, n))),
  ...[1, 2, 14].map((n) => candles('ATR', [n], (bars) => ours.atr(bars, n))),
  ...[2, 14].map((n) => candles('NATR', [n], (bars) => ours.natr(bars, n))),
  candles('TRANGE', [], ours.trueRanges),
  close('MACD', [12, 26, 9], (values) => ours.macd(values)),
  close('MACD', [26, 12, 9], (values) => ours.macd(values, 26, 12, 9)),
  // With a signal of one value TA-Lib 0.4 answers what happens to stand in memory.
  close('MACD', [3, 5, 2], (values) => ours.macd(values, 3, 5, 2)),
  close('BBANDS', [20, 2, 2, 0], (values) => ours.bollinger(values)),
  close('BBANDS', [5, 1, 2.5, 0], (values) => ours.bollinger(values, 5, 1, 2.5)),
  ...[2, 14].map((n) => candles('ADX', [n], (bars) => ours.adx(bars, n).adx)),
  ...[2, 14].map((n) => candles('PLUS_DI', [n], (bars) => ours.dmi(bars, n).plusDi)),
  ...[2, 14].map((n) => candles('MINUS_DI', [n], (bars) => ours.dmi(bars, n).minusDi)),
  ...[2, 14, 40].map((n) => candles('CCI', [n], (bars) => ours.cci(bars, n))),
  ...[2, 14].map((n) => candles('WILLR', [n], (bars) => ours.williamsR(bars, n))),
  candles('STOCH', [5, 3, 0, 3, 0], (bars) => ours.stochastic(bars)),
  candles('STOCH', [14, 3, 0, 4, 0], (bars) => ours.stochastic(bars, 14, 3, 4)),
  candles('STOCHF', [5, 3, 0], (bars) => ours.fastStochastic(bars)),
  candles('STOCHF', [1, 1, 0], (bars) => ours.fastStochastic(bars, 1, 1)),
  candles('ULTOSC', [7, 14, 28], (bars) => ours.ultimateOscillator(bars)),
  candles('ULTOSC', [9, 2, 5], (bars) => ours.ultimateOscillator(bars, 9, 2, 5)),
  { name: 'OBV', inputs: ['close', 'volume'], of: ours.obv },
  { name: 'SMA', inputs: ['volume'], options: [20], of: (bars) => ours.volumeSma(bars) },
  close('MAX', [7], (values) => ours.highest(values, 7)),
  close('MIN', [7], (values) => ours.lowest(values, 7)),
  close('SUM', [7], (values) => ours.rollingSum(values, 7)),
  pattern('CDLENGULFING', ours.engulfing),
  pattern('CDLHAMMER', ours.hammer),
  pattern('CDLSHOOTINGSTAR', ours.shootingStar),
  pattern('CDLDOJI', ours.doji),
  pattern('CDLMORNINGSTAR', (bars) => ours.morningStar(bars), [0.3]),
  pattern('CDLEVENINGSTAR', (bars) => ours.eveningStar(bars, 0.5), [0.5]),
]

/** The last ones are few, so that the warm-up is never over or just over. */
const DATA: Record<string, TestBars> = {
  'the S&P 500': sp500Bars(),
  'ticks of a quarter': randomBars(3000, 1, 0.25),
  'ticks of 1e-7': randomBars(3000, 2, 1e-7),
  'ticks of a thousand': randomBars(3000, 3, 1000),
  '13 candles': randomBars(13, 4, 0.25),
}

/**
 * Where TA-Lib 0.4 is the one that errs: it takes every variance below 1e-8 for zero, and divides by what rounding leaves of equal
 * typical prices (mended in later versions).
 */
const THEIR_ERRORS: Record<string, string[]> = {
  'ticks of 1e-7': ['BBANDS(5,1,2.5,0) line 0', 'BBANDS(5,1,2.5,0) line 2', 'CCI(2) line 0'],
}

for (const [data, bars] of Object.entries(DATA)) {
  test(`TA-Lib and ours answer alike over ${data}`, async () => {
    const wrong: string[] = []
    for (const { name, inputs, options = [], of, isInteger = false } of CASES) {
      const answer = of(bars)
      const lines = answer instanceof Float64Array ? [answer] : Object.values(answer)
      const expected = await talib({
        name,
        inputs: inputs.map((field) => bars[field]),
        options,
        outputs: lines.length,
        isInteger,
      })
      for (const [i, line] of lines.entries())
        wrong.push(...differences(line, expected[i] ?? []).map((what) => `${name}(${options}) line ${i}: ${what}`))
    }
    const known = THEIR_ERRORS[data] ?? []
    assert.deepEqual(
      wrong.filter((what) => !known.some((one) => what.startsWith(one))),
      [],
    )
    assert.equal(wrong.length, known.length)
  })
}

/** At most the first one. */
function differences(found: Float64Array, expected: number[]): string[] {
  if (found.length !== expected.length) return [`${found.length} values, TA-Lib ${expected.length}`]
  const largest = Math.max(...expected.filter((value) => !Number.isNaN(value)).map(Math.abs))
  const isAlike = (ours: number, theirs: number) =>
    Number.isNaN(theirs) ? Number.isNaN(ours) : Math.abs(ours - theirs) <= 1e-11 * largest
  const at = expected.findIndex((value, i) => !isAlike(found[i] as number, value))
  return at === -1 ? [] : [`candle ${at} answers ${found[at]}, TA-Lib ${expected[at]}`]
}
