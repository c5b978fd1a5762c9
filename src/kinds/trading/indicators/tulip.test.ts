// Published values that Tulip Indicators (TulipCharts/tulipindicators) collected: tests/atoz.txt, from Steven Achelis,
// "Technical Analysis from A to Z", and tests/untest.txt, its own. Only where both begin alike: Tulip seeds EMA with the
// first value, and ATR and ADX with the first candle's own range, where TA-Lib and this module wait for a whole period.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as ours from '../public.js'

const numbers = (text: string) => text.split(' ').map(Number)

/** tests/untest.txt: one stock, 15 days. */
const bars = {
  high: numbers('82.15 81.89 83.03 83.30 83.85 83.90 83.33 84.30 84.84 85.00 85.90 86.58 86.98 88.00 87.87'),
  low: numbers('81.29 80.64 81.31 82.65 83.07 83.11 82.49 82.30 84.15 84.11 84.03 85.39 85.76 87.17 87.01'),
  close: numbers('81.59 81.06 82.87 83.00 83.61 83.15 82.84 83.99 84.55 84.36 85.53 86.54 86.89 87.77 87.29'),
  volume: numbers(
    '5653100 6447400 7690900 3831400 4455100 3798000 3936200 4732000 4841300 3915300 6830800 6694100 5293600 7985800 4807900',
  ),
}
const bands = ours.bollinger(bars.close, 5)
const stochastic = ours.stochastic(bars)
/** Tulip begins with 0, TA-Lib with the first volume. */
const balance = ours.obv(bars).map((value) => value - 5653100)

/** atoz.txt, pages 73, 105, 207, 231, 299, 325, 346, 371. */
const A_TO_Z = {
  bands: ours.bollinger(
    numbers(
      '31.875 32.125 32.3125 32.125 31.875 32.3125 32.25 32.4375 32.8125 32.375 32.5 32.4375 32.75 33.1875 33.0625 33.0625',
    ),
    5,
  ),
  cci: ours.cci(
    {
      high: numbers('15.125 15.052 14.8173 14.69 14.7967 14.794 14.093 14.7 14.5255 14.6579 14.7842 14.8273'),
      low: numbers('14.936 14.6267 14.5557 14.46 14.5483 13.9347 13.8223 14.02 14.2652 14.3773 14.5527 14.3309'),
      close: numbers('14.936 14.752 14.5857 14.6 14.6983 13.946 13.9827 14.45 14.3452 14.4197 14.5727 14.4773'),
    },
    5,
  ),
  sma: ours.sma(numbers('25 24.875 24.781 24.594 24.5 24.625 25.219 27.25'), 5),
  obv: ours
    .obv({
      close: numbers('20.5625 20.375 20.0625 19.5 19.8125 19.8125 20.0625 20.0625 20.375 20.75'),
      volume: numbers('27802 16178 22766 46074 22904 20428 29260 30652 38332 40054'),
    })
    .map((value) => value - 27802),
  rsi: ours.rsi(
    numbers(
      '37.875 39.5 38.75 39.8125 40 39.875 40.1875 41.25 41.125 41.625 41.25 40.1875 39.9375 39.9375 40.5 41.9375 42.25 42.25 41.875 41.875',
    ),
    5,
  ),
  williamsR: ours.williamsR(
    {
      high: numbers(
        '631.34 627.11 628.49 630.89 632.85 633.26 634.65 633.56 624.84 621.62 614.01 615.36 620.51 624.33',
      ),
      low: numbers('624.81 623.59 621.33 622.2 630.21 629.64 632.34 616.31 618.98 609.84 602.56 609.71 615.36 620.21'),
      close: numbers('626.01 626.44 622.2 630.8 632.85 633.06 633.56 622.11 620.34 611.6 609.89 615.36 620.44 623.66'),
    },
    5,
  ),
}

/** The last values of each line, as many as are printed there. */
const TABLE: [name: string, line: Float64Array, printed: string][] = [
  ['sma 5', ours.sma(bars.close, 5), '82.426 82.738 83.094 83.318 83.628 83.778 84.254 84.994 85.574 86.218 86.804'],
  ['bbands 5 2', bands.lower, '80.530 80.987 82.533 82.472 82.418 82.435 82.511 83.143 83.536 83.870 85.289'],
  ['bbands 5 2', bands.upper, '84.322 84.489 83.655 84.164 84.838 85.121 85.997 86.845 87.612 88.566 88.319'],
  ['rsi 5', ours.rsi(bars.close, 5), '72.034 64.927 75.936 79.796 74.713 83.033 87.478 88.755 91.483 78.498'],
  ['stoch 5 3 3', stochastic.k, '77.385 83.126 84.867 88.361 95.246 96.740 91.091'],
  ['stoch 5 3 3', stochastic.d, '75.702 78.011 81.793 85.452 89.491 93.449 94.359'],
  [
    'willr 5',
    ours.williamsR(bars, 5),
    '-7.477 -23.006 -40.927 -15.500 -11.417 -23.704 -10.278 -0.935 -3.051 -5.793 -17.884',
  ],
  [
    'ultosc 2 3 5',
    ours.ultimateOscillator(bars, 2, 3, 5),
    '43.499 34.044 65.883 73.955 53.388 64.149 81.282 90.186 86.114 65.450',
  ],
  ['cci 5', ours.cci(bars, 5), '166.667 82.020 95.501 130.912 99.163 116.342 71.928'],
  [
    'max 5',
    ours.highest(bars.close, 5),
    '83.610 83.610 83.610 83.990 84.550 84.550 85.530 86.540 86.890 87.770 87.770',
  ],
  ['min 5', ours.lowest(bars.close, 5), '81.060 81.060 82.840 82.840 82.840 82.840 82.840 83.990 84.360 84.360 85.530'],
  [
    'sum 5',
    ours.rollingSum(bars.close, 5),
    '412.130 413.690 415.470 416.590 418.140 418.890 421.270 424.970 427.870 431.090 434.020',
  ],
  ['tr', ours.trueRanges(bars), '1.250 1.970 0.650 0.850 0.790 0.840 2.000 0.850 0.890 1.870 1.190 1.220 1.110 0.860'],
  [
    'obv',
    balance,
    '0 -6447400 1243500 5074900 9530000 5732000 1795800 6527800 11369100 7453800 14284600 20978700 26272300 34258100 29450200',
  ],
  [
    'vwma 5 of typical prices',
    ours.rollingVwap({ high: bars.close, low: bars.close, close: bars.close, volume: bars.volume }, 5),
    '82.332 82.610 83.070 83.354 83.682 83.822 84.409 85.165 85.698 86.418 86.805',
  ],
  [
    'page 73',
    A_TO_Z.bands.upper,
    '32.3979 32.4721 32.5048 32.5824 32.9427 32.8328 32.8508 32.8227 32.9232 33.2448 33.3823 33.4454',
  ],
  ['page 105', A_TO_Z.cci, '18.089 84.4605 109.1186 46.654'],
  ['page 207', A_TO_Z.sma, '24.75 24.675 24.744 25.238'],
  ['page 231', A_TO_Z.obv, '0 -16178 -38944 -85018 -62114 -62114 -32854 -32854 5478 45532'],
  [
    'page 299',
    A_TO_Z.rsi,
    '76.6667 78.8679 84.9158 81.4863 84.5968 73.0851 49.3173 45.0119 45.0119 57.9252 75.9596 78.4676 78.4676 65.6299 65.6299',
  ],
  ['page 371', A_TO_Z.williamsR, '0 -1.676 -8.183 -68.375 -78.026 -92.906 -77.158 -58.710 -19.749 -3.078'],
]

test('what Tulip and its book print comes out, digit by digit', () => {
  for (const [name, line, printed] of TABLE) {
    const texts = printed.split(' ')
    const found = line.slice(line.length - texts.length)
    for (const [i, text] of texts.entries()) {
      const digits = /\.(\d+)$/.exec(text)?.[1]?.length ?? 0
      const ours = found[i] as number
      assert.ok(Math.abs(ours - Number(text)) <= 0.51 * 10 ** -digits, `${name}, value ${i}: ${ours}, not ${text}`)
    }
  }
})
