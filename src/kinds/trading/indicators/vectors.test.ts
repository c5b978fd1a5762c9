// Published values: what TA-Lib's own regression test expects of its reference data.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { talibBars } from '../../../../test/trading-bars.js'
import * as ours from '../public.js'

const bars = talibBars()
const { close } = bars
const macd = ours.macd(close)
const swapped = ours.macd(close, 26, 12, 9)
const bands = ours.bollinger(close)
const slow = ours.stochastic(bars)
const slower = ours.stochastic(bars, 5, 3, 4)
const fourth = ours.stochastic(
  { high: bars.high.slice(0, 10), low: bars.low.slice(0, 10), close: close.slice(0, 10) },
  5,
  3,
  4,
)
const { adx, plusDi, minusDi } = ours.adx(bars)
const dmi = ours.dmi(bars)
const rsi = ours.rsi(close)
const range = ours.trueRanges(bars)
const atr = ours.atr(bars)
const natr = ours.natr(bars)
const cci = ours.cci(bars, 11)
const willr = ours.williamsR(bars)
const ultimate = ours.ultimateOscillator(bars)
const vwap = ours.vwap({ ...bars, at: close.map((_, i) => i) }, 0)

/**
 * TA-Lib, src/tools/ta_regtest/ta_test_func: its file, the line, the index of the first value, and values by how far they stand
 * behind the first.
 */
const TALIB: [file: string, line: Float64Array, first: number, values: Record<number, number>][] = [
  ['test_rsi.c', rsi, 14, { 0: 49.14, 1: 52.32, 2: 46.07, 237: 49.63 }],
  ['test_trange.c', range, 1, { 0: 3.535, 12: 9.685, 40: 5.125, 250: 2.88 }],
  ['test_trange.c', ours.atr(bars, 1), 1, { 0: 3.535, 12: 9.685, 40: 5.125, 250: 2.88 }],
  ['test_trange.c', atr, 14, { 0: 3.578, 1: 3.4876, 2: 3.55, 12: 3.245, 13: 3.394, 14: 3.413, 237: 3.26 }],
  ['test_per_hlc.c', natr, 14, { 0: 3.9321, 1: 3.7576, 237: 3.0229 }],
  ['test_macd.c', macd.macd, 33, { 0: -1.9738 }],
  ['test_macd.c', macd.signal, 33, { 0: -2.7071 }],
  ['test_macd.c', macd.histogram, 33, { 0: 0.7333 }],
  ['test_macd.c', swapped.signal, 33, { 0: -2.7071 }],
  ['test_bbands.c', bands.upper, 19, { 0: 98.0734 }],
  ['test_bbands.c', bands.middle, 19, { 0: 92.891 }],
  ['test_bbands.c', bands.lower, 19, { 0: 87.7086 }],
  ['test_stoch.c', slow.k, 8, { 0: 24.0128, 243: 30.194 }],
  ['test_stoch.c', slow.d, 8, { 0: 36.254, 243: 43.69 }],
  ['test_stoch.c', slower.k, 9, { 242: 30.194 }],
  ['test_stoch.c', slower.d, 9, { 242: 46.641 }],
  ['test_stoch.c', fourth.k, 9, { 0: 38.139 }],
  ['test_stoch.c', fourth.d, 9, { 0: 36.725 }],
  [
    'test_per_hlc.c',
    willr,
    13,
    { 0: -90.1943, 1: -66.9903, 11: -89.2857, 12: -97.2602, 13: -71.5482, 112: 0, 238: -59.1515 },
  ],
  ['test_per_hlc.c', ultimate, 28, { 0: 47.1713, 1: 46.2802, 223: 40.0854 }],
  ['test_per_hlc.c', ours.cci(bars, 2), 1, { 0: 66.666, 186: 0 }],
  ['test_per_hlc.c', ours.cci(bars, 5), 4, { 0: 18.857 }],
  [
    'test_per_hlc.c',
    cci,
    10,
    { 0: 87.927, 1: 180.005, 2: 143.5190963, 20: -0.005587727, 24: 113.4778681, 241: -169.65514 },
  ],
  [
    'test_vwap.c',
    vwap,
    0,
    { 0: 91.833333333333329, 41: 89.217099769203131, 130: 101.2371759075165, 251: 107.0775504357283 },
  ],
  [
    'test_supertrend.c',
    ours.supertrend(bars, 7, 2).line,
    7,
    { 193: 114.35194013755326, 218: 100.16118753507284, 244: 113.53995615951584 },
  ],
  ['test_supertrend.c', ours.supertrend(bars, 7, 2).trend, 7, { 193: -1, 218: 1, 244: -1 }],
  [
    'test_supertrend.c',
    ours.supertrend(bars, 5, 1.5).line,
    5,
    { 195: 112.2539514483794, 220: 101.90280269605175, 246: 111.78141670443482 },
  ],
  ['test_supertrend.c', ours.supertrend(bars, 5, 1.5).trend, 5, { 195: -1, 220: 1, 246: -1 }],
]

/** The same, rounded there to whole numbers. */
const TALIB_WHOLE: typeof TALIB = [
  ['test_adx.c', adx, 27, { 0: 23, 1: 22, 223: 17, 224: 16 }],
  ['test_adx.c', dmi.plusDi, 14, { 0: 20, 13: 22, 14: 20, 237: 21 }],
  ['test_adx.c', dmi.minusDi, 14, { 0: 30, 14: 25, 237: 21 }],
]

test("TA-Lib's regression test: where the first value stands, and the values", () => {
  for (const [file, line, first, values] of TALIB) assertVector(file, line, first, values, closeTo)
  for (const [file, line, first, values] of TALIB_WHOLE)
    assertVector(file, line, first, values, (a, b) => Math.abs(a - b) < 1)
  assert.deepEqual(plusDi.slice(27), dmi.plusDi.slice(27))
  assert.deepEqual(minusDi.slice(27), dmi.minusDi.slice(27))
})

type Close = (found: number, expected: number) => boolean

function assertVector(source: string, line: Float64Array, first: number, values: Record<number, number>, close: Close) {
  assert.equal(
    line.findIndex((value) => !Number.isNaN(value)),
    first,
    source,
  )
  for (const [behind, expected] of Object.entries(values)) {
    const found = line[first + Number(behind)] as number
    assert.ok(close(found, expected), `${source}: value ${behind} is ${found}, not ${expected}`)
  }
}

/** TA-Lib's own measure is a hundredth, since some of its values were cut by hand; where it prints more than six digits, they count. */
function closeTo(found: number, expected: number): boolean {
  const digits = /\.(\d+)$/.exec(String(expected))?.[1]?.length ?? 0
  const off = Math.abs(found - expected)
  return digits <= 6 ? off < 0.01 : off <= Math.max(10 ** -digits, 1e-12 * Math.abs(expected))
}

test('a series that never moves answers 0, not what rounding leaves of it', () => {
  const flat = Array.from({ length: 40 }, () => ({ high: 1.1, low: 1.1, close: 1.1 }))
  for (const period of [5, 8, 14, 30])
    assert.deepEqual(
      [...ours.cci(flat, period).slice(period - 1)],
      Array.from({ length: 41 - period }, () => 0),
    )
})

test("jesse's test of its averages (tests/test_indicators.py, MIT licence)", () => {
  const closes = [
    204.23, 205.01, 196.9, 197.33, 198.7, 199.86, 202.23, 200.3, 212.3, 210.82603059, 220.84, 218.99, 212.71, 211.01,
    213.19, 212.99724894, 212.67760477, 209.85, 187.2, 184.15, 176.99, 175.9, 178.99, 150.96, 133.85, 138.18, 126.32,
    125.23, 114.79, 118.73, 110.74409879, 111.72, 124.04, 118.52, 113.64, 119.65, 117.11129288, 109.23, 110.77, 102.65,
    91.99,
  ]
  assert.equal(ours.ema(closes, 8).at(-1)?.toFixed(3), '108.546')
  assert.equal(
    ours.sma([22.27, 22.19, 22.08, 22.17, 22.18, 22.13, 22.23, 22.43, 22.24, 22.29], 10).at(-1)?.toFixed(2),
    '22.22',
  )
})
