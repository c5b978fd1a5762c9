// The definitions that backtesting.py publishes. Numbers beside "published" are those of its own test of them
// (backtesting/test/_test.py, test_compute_stats: SmaCross on GOOG); the others were reckoned by its formulas in another program.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openEquityCurve } from './equity-curve.js'
import { monthlyReturns, periodsOf } from './periods.js'
import { type Statistics, statisticsOf, type TradeOutcome } from './statistics.js'

const DAY = 86_400_000
const MONDAY = Date.UTC(2024, 0, 1)
const weekdays = (count: number, from = MONDAY) => {
  const days: number[] = []
  for (let at = from; days.length < count; at += DAY) if (![0, 6].includes(new Date(at).getUTCDay())) days.push(at)
  return days
}
const NO_TRADES: TradeOutcome[] = []

function close(actual: number | null, expected: number, what = '') {
  assert.ok(
    actual !== null && Math.abs(actual - expected) <= Math.abs(expected) * 1e-10,
    `${what}: ${actual}, not ${expected}`,
  )
}

const EQUITY = [10_000, 10_100, 10_050, 9_900, 9_950, 10_200, 10_150, 10_300, 10_120, 10_400]
const TRADES: TradeOutcome[] = [
  { profit: 150, profitPercent: 1.5, entryRow: 1, exitRow: 2 },
  { profit: -80, profitPercent: -0.8, entryRow: 2, exitRow: 4 },
  { profit: 220, profitPercent: 2.1, entryRow: 6, exitRow: 7 },
  { profit: -40, profitPercent: -0.4, entryRow: 7, exitRow: 7 },
]

test('all numbers of a small backtest', () => {
  const stats = statisticsOf({
    at: weekdays(10),
    equity: EQUITY,
    close: [50, 51, 52, 53, 54, 55, 56, 57, 58, 60],
    trades: TRADES,
  })
  const expected: Partial<Statistics> = {
    returnPercent: 4,
    cagrPercent: 145.59432004083453,
    volatilityPercent: 70.59739088574611,
    sharpe: 2.389365585363269,
    sortino: 13.274420926719122,
    calmar: 85.18490298041428,
    maxDrawdownPercent: -1.980198019801982,
    // From Tuesday the 2nd, the peak of 10,100, to Monday the 8th.
    maxDrawdownDays: 6,
    winRatePercent: 50,
    bestTradePercent: 2.1,
    worstTradePercent: -0.8,
    averageTradePercent: 0.5925224754760761,
    profitFactor: 3,
    expectancyPercent: 0.6,
    sqn: 0.8607054708472721,
    kelly: 0.33783783783783783,
    // Candles 1 to 4, 6 and 7.
    exposurePercent: 60,
    buyHoldPercent: 20,
  }
  assert.deepEqual([stats.trades, stats.finalEquity, stats.peakEquity], [4, 10_400, 10_400])
  for (const [name, value] of Object.entries(expected) as [keyof Statistics, number][]) close(stats[name], value, name)
})

test('published: CAGR, return and Calmar of SmaCross on GOOG', () => {
  const at = weekdays(2_228, Date.UTC(2004, 7, 19)).filter((time) => time <= Date.UTC(2013, 2, 1))
  const equity = at.map((_, i) => (i === at.length - 1 ? 51_422.99 : 10_000))
  const stats = statisticsOf({ at, equity, close: equity, trades: NO_TRADES })
  close(stats.cagrPercent, 14.159843619607383)
  close(stats.returnPercent, 414.2299)
  // Annual return over largest drawdown, both published.
  close(21.180255813792282 / 47.98012705007589, 0.4414380935608377)
})

test('buy & hold counts from the candle on which the strategy could first act', () => {
  const given = { at: weekdays(4), equity: [1, 1, 1, 1], close: [10, 20, 40, 80], trades: NO_TRADES }
  assert.equal(statisticsOf(given).buyHoldPercent, 700)
  assert.equal(statisticsOf({ ...given, warmUp: 2 }).buyHoldPercent, 100)
})

test('an equity alone has statistics; what is of trades or of the market is null', () => {
  const { sharpe, maxDrawdownPercent, trades, winRatePercent, buyHoldPercent } = statisticsOf({
    at: weekdays(4),
    equity: [100, 120, 90, 110],
  })
  assert.ok(sharpe !== null)
  assert.deepEqual([maxDrawdownPercent, trades, winRatePercent, buyHoldPercent], [-25, 0, null, null])
  assert.throws(() => statisticsOf({ at: [1, 2], equity: [1] }), RangeError)
})

describe('what is not defined is null, never NaN or Infinity', () => {
  test('without a trade', () => {
    const stats = statisticsOf({
      at: weekdays(30),
      equity: Array(30).fill(500),
      close: Array(30).fill(7),
      trades: NO_TRADES,
    })
    const none = [
      'sharpe',
      'sortino',
      'calmar',
      'maxDrawdownDays',
      'winRatePercent',
      'bestTradePercent',
      'worstTradePercent',
    ]
    const more = ['averageTradePercent', 'profitFactor', 'expectancyPercent', 'sqn', 'kelly']
    assert.deepEqual(
      Object.entries(stats).flatMap(([name, value]) => (value === null ? name : [])),
      [...none, ...more],
    )
    assert.deepEqual(
      [stats.returnPercent, stats.maxDrawdownPercent, stats.exposurePercent, stats.volatilityPercent],
      [0, 0, 0, 0],
    )
  })

  test('without a loss, with one trade, with one candle, and when all is lost', () => {
    const [win] = TRADES as [TradeOutcome]
    const one = statisticsOf({ at: weekdays(3), equity: [1, 2, 3], close: [1, 1, 1], trades: [win] })
    assert.deepEqual([one.kelly, one.profitFactor, one.sqn, one.sortino, one.calmar], [null, null, null, null, null])
    const candle = statisticsOf({ at: [MONDAY], equity: [5], close: [5], trades: NO_TRADES })
    assert.deepEqual([candle.cagrPercent, candle.sharpe, candle.returnPercent], [null, null, 0])
    const ruin = statisticsOf({ at: weekdays(3), equity: [100, 50, -10], close: [1, 1, 1], trades: NO_TRADES })
    assert.deepEqual([ruin.cagrPercent, Math.round(ruin.maxDrawdownPercent ?? 0)], [-100, -110])
    for (const value of Object.values(ruin)) assert.ok(value === null || Number.isFinite(value))
  })
})

describe('the periods of a year', () => {
  const periods = (step: number, count: number, from = MONDAY, want: (at: number) => boolean = () => true) => {
    const curve = openEquityCurve()
    for (let i = 0; i < count; i++) if (want(from + i * step)) curve.take(from + i * step, 1_000 + i)
    return periodsOf(curve.result())
  }
  test('365 where there are candles at weekends, 252 where the market closes', () => {
    assert.equal(periods(DAY, 100).aYear, 365)
    assert.equal(periods(DAY, 100, MONDAY, (at) => new Date(at).getUTCDay() % 6 !== 0).aYear, 252)
    assert.equal(periods(3_600_000, 24 * 30).aYear, 365)
  })
  test('52 weeks and 12 months for candles as long as these', () => {
    assert.equal(periods(7 * DAY, 60).aYear, 52)
    assert.equal(periods(31 * DAY, 30).aYear, 12)
  })
  test('of a day only its last equity counts', () => {
    assert.deepEqual(periods(3_600_000, 48).equity, [1_023, 1_047])
  })
})

test('months are from the end of one to the end of the next', () => {
  const curve = openEquityCurve()
  const at = (month: number, day: number) => Date.UTC(2023, month - 1, day)
  for (const [time, equity] of [
    [at(11, 20), 100],
    [at(11, 30), 110],
    [at(12, 1), 120],
    [at(12, 31), 99],
    [at(13, 1), 198],
  ] as const)
    curve.take(time, equity)
  assert.deepEqual(
    monthlyReturns(curve.result()).map(({ year, month, return: share }) => [year, month, Number(share.toFixed(12))]),
    [
      [2023, 11, 0.1],
      [2023, 12, -0.1],
      [2024, 1, 1],
    ],
  )
})
