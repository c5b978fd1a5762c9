// What a backtest came to, in the field's usual numbers. The definitions are those that backtesting.py publishes; formulas and
// the choices behind them stand in docs/backtest.md. A number that is not defined (a ratio over nothing) is null.
import type { EquityCurve } from './equity-curve.js'
import { openEquityCurve } from './equity-curve.js'
import { periodsOf, returnsOf } from './periods.js'

export interface Statistics {
  trades: number
  finalEquity: number
  peakEquity: number
  returnPercent: number | null
  cagrPercent: number | null
  volatilityPercent: number | null
  sharpe: number | null
  sortino: number | null
  calmar: number | null
  /** Zero or negative. */
  maxDrawdownPercent: number | null
  maxDrawdownDays: number | null
  winRatePercent: number | null
  bestTradePercent: number | null
  worstTradePercent: number | null
  averageTradePercent: number | null
  profitFactor: number | null
  expectancyPercent: number | null
  sqn: number | null
  kelly: number | null
  exposurePercent: number | null
  buyHoldPercent: number | null
}

/** What statistics need of a closed trade. */
export interface TradeOutcome {
  /** Fees and funding taken off. */
  profit: number
  /** Of what the position cost at its entry. */
  profitPercent: number
  /** The candles of its entry and its exit, counted from 0. */
  entryRow: number
  exitRow: number
}

export interface StatisticsInput {
  curve: EquityCurve
  trades: readonly TradeOutcome[]
  /** Closes of the candle from which buy & hold is reckoned, and of the last one. */
  firstClose: number
  lastClose: number
}

const DAY_MS = 86_400_000

export function statistics({ curve, trades, firstClose, lastClose }: StatisticsInput): Statistics {
  const { annualReturn, volatility, downside, cagr } = annual(curve)
  const { maxDrawdown, longestDrawdownMs } = curve
  return finite({
    trades: trades.length,
    finalEquity: curve.last,
    peakEquity: curve.peak,
    returnPercent: ((curve.last - curve.first) / curve.first) * 100,
    cagrPercent: cagr * 100,
    volatilityPercent: volatility * 100,
    sharpe: annualReturn / volatility,
    sortino: annualReturn / downside,
    calmar: annualReturn / maxDrawdown,
    maxDrawdownPercent: maxDrawdown === 0 ? 0 : -maxDrawdown * 100,
    maxDrawdownDays: longestDrawdownMs === null ? null : longestDrawdownMs / DAY_MS,
    ...ofTrades(trades),
    exposurePercent: (exposedCandles(trades) / curve.candles) * 100,
    buyHoldPercent: ((lastClose - firstClose) / firstClose) * 100,
  })
}

/**
 * The same over whole arrays, one entry for each candle, oldest first. RangeError where they differ in length or are empty.
 * @param given.at times in milliseconds since 1970 UTC
 * @param given.close of what was traded; without it buy & hold is null
 * @param given.trades without them what is reckoned of trades is null, and the exposure 0
 * @param given.warmUp candles before the strategy could first act
 */
export function statisticsOf(given: {
  at: ArrayLike<number>
  equity: ArrayLike<number>
  close?: ArrayLike<number>
  trades?: readonly TradeOutcome[]
  warmUp?: number
}): Statistics {
  const { at, equity, close = [], trades = [], warmUp = 0 } = given
  if (at.length !== equity.length || (given.close && at.length !== close.length))
    throw new RangeError(`${at.length} times, ${equity.length} equities and ${close.length} closes`)
  const curve = openEquityCurve()
  for (let row = 0; row < at.length; row++) curve.take(at[row] as number, equity[row] as number)
  const lastClose = close[close.length - 1] ?? Number.NaN
  return statistics({ curve: curve.result(), trades, firstClose: close[warmUp] ?? Number.NaN, lastClose })
}

function annual(curve: EquityCurve) {
  const { aYear, equity } = periodsOf(curve)
  const returns = returnsOf(equity)
  // The first period has no return; the mean counts it as one of zero.
  const growth = 1 + geometricMean(returns, returns.length + 1)
  const variance = varianceOf(returns)
  const meanSquareLoss = returns.reduce((sum, one) => sum + Math.min(one, 0) ** 2, 0) / returns.length
  const years = (curve.to - curve.from) / DAY_MS / aYear
  return {
    annualReturn: growth ** aYear - 1,
    volatility: Math.sqrt((variance + growth ** 2) ** aYear - growth ** (2 * aYear)),
    downside: Math.sqrt(meanSquareLoss) * Math.sqrt(aYear),
    cagr: (curve.last / curve.first) ** (1 / years) - 1,
  }
}

function ofTrades(trades: readonly TradeOutcome[]) {
  const percents = trades.map(({ profitPercent }) => profitPercent)
  const profits = trades.map(({ profit }) => profit)
  const [won, lost] = [profits.filter((one) => one > 0), profits.filter((one) => one < 0)]
  const count = trades.length
  const winRate = won.length / count
  const mean = meanOf(profits)
  return {
    winRatePercent: winRate * 100,
    bestTradePercent: highest(percents),
    worstTradePercent: -highest(percents.map((one) => -one)),
    averageTradePercent:
      geometricMean(
        percents.map((one) => one / 100),
        count,
      ) * 100,
    profitFactor: sum(percents.filter((one) => one > 0)) / Math.abs(sum(percents.filter((one) => one < 0))),
    expectancyPercent: meanOf(percents),
    sqn: (Math.sqrt(count) * mean) / Math.sqrt(varianceOf(profits)),
    kelly: winRate - (1 - winRate) / (meanOf(won) / -meanOf(lost)),
  }
}

/** Candles with a position: from that of a trade's entry to that of its exit, both counted, and none twice. */
function exposedCandles(trades: readonly TradeOutcome[]): number {
  const spans = trades.map(({ entryRow, exitRow }) => [entryRow, exitRow] as const).sort(([a], [b]) => a - b)
  let counted = 0
  let next = 0
  for (const [entry, exit] of spans) {
    counted += Math.max(0, exit - Math.max(entry, next) + 1)
    next = Math.max(next, exit + 1)
  }
  return counted
}

/** Of shares, over `count` of them; 0 when one of them loses everything, as there is no mean growth then. */
function geometricMean(shares: readonly number[], count: number): number {
  let logs = 0
  for (const share of shares) {
    if (share <= -1) return 0
    logs += Math.log(1 + share)
  }
  return Math.exp(logs / count) - 1
}

/** Of a sample: over one less than there are. */
function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values)
  return values.reduce((total, value) => total + (value - mean) ** 2, 0) / (values.length - 1)
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const meanOf = (values: readonly number[]) => sum(values) / values.length
/** Not by `Math.max(...)`: a stack holds only so many arguments. */
const highest = (values: readonly number[]) =>
  values.length === 0 ? Number.NaN : values.reduce((best, value) => Math.max(best, value), Number.NEGATIVE_INFINITY)

/** Rounding can leave a variance of 1e-20 where nothing moved. JSON has neither NaN nor Infinity: what is not defined is null. */
function finite(values: Record<keyof Statistics, number | null>): Statistics {
  const entries = Object.entries(values).map(([name, value]) => [
    name,
    value !== null && Number.isFinite(value) ? value : null,
  ])
  return Object.fromEntries(entries) as Statistics
}
