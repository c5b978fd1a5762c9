// What the page's script is given: numbers, and the few words it writes itself.
import type { DataQuality } from '../../candles/quality.js'
import { timeframeMs } from '../../candles/timeframe.js'
import type { MeasuredBacktest } from '../measured.js'
import type { Trade } from '../types.js'
import type { CandleLevel } from './candle-levels.js'
import { reportTexts as t } from './report-texts.js'

/** Drawn on the candles; where there are more, those with the largest profits and losses. */
const DRAWN_TRADES = 4_000

export function pageData(
  { curve, thinned, trades, result }: MeasuredBacktest,
  quality: DataQuality,
  levels: CandleLevel[],
  listed: number,
) {
  const [firstClose = 1] = thinned.close
  const kept = distinctSeconds(thinned.at)
  let peak = Number.NEGATIVE_INFINITY
  const drawdown = thinned.lowest.map((lowest, i) => {
    peak = Math.max(peak, thinned.equity[i] as number)
    return Math.min(0, (lowest / peak - 1) * 100)
  })
  const chosen = <T>(values: readonly T[]) => kept.map((i) => values[i] as T)
  return {
    texts: { merged: t.merged, zoomIn: t.zoomIn },
    stepSeconds: stepSeconds(quality, result.timeframe),
    precision: precisionOf(levels),
    curve: {
      t: deltas(chosen(thinned.at).map((at) => Math.floor(at / 1000))),
      equity: chosen(thinned.equity).map(short),
      hold: chosen(thinned.close).map((close) => short((curve.first * close) / firstClose)),
      drawdown: chosen(drawdown).map((value) => Number(value.toFixed(3))),
    },
    levels,
    trades: chosenTrades(trades, DRAWN_TRADES).map(drawn),
    listed: chosenTrades(trades, listed).map(drawn),
  }
}

/** In the order in which they began. */
export function chosenTrades(trades: readonly Trade[], most: number): Trade[] {
  if (trades.length <= most) return [...trades]
  const byProfit = [...trades].sort((a, b) => a.profit - b.profit || a.entryCandle - b.entryCandle)
  const half = Math.floor(most / 2)
  return [...byProfit.slice(0, half), ...byProfit.slice(-half)].sort((a, b) => a.entryCandle - b.entryCandle)
}

const drawn = ({ side, entryAt, entryPrice, exitAt, exitPrice, profit }: Trade) => ({
  long: side === 'long',
  entry: Math.floor(entryAt / 1000),
  exit: Math.floor(exitAt / 1000),
  entryPrice,
  exitPrice,
  profit,
})

/** Two points within a second cannot be drawn apart. */
const distinctSeconds = (at: readonly number[]): number[] =>
  at.flatMap((time, i) => (i === 0 || Math.floor(time / 1000) > Math.floor((at[i - 1] as number) / 1000) ? i : []))

const deltas = (values: readonly number[]) =>
  values.map((value, i) => (i === 0 ? value : value - (values[i - 1] as number)))

function stepSeconds({ from, to, candles }: DataQuality, timeframe: string): number {
  const known = /^\d+[smhdw]$/.test(timeframe) ? timeframeMs(timeframe) : (to - from) / Math.max(1, candles - 1)
  return Math.max(1, Math.round(known / 1000))
}

const MOST_DECIMALS = 8
const DIGITS = 6
/** As many decimals as the first prices have, but no more digits than can be told apart on an axis. */
function precisionOf([level]: CandleLevel[]): number {
  const before = Math.ceil(Math.log10(Math.max(1, level?.c[0] ?? 1)))
  const decimals = (level?.c ?? []).slice(0, 200).map((price) => (/\.(\d+)$/.exec(String(price))?.[1] ?? '').length)
  return Math.min(MOST_DECIMALS, Math.max(0, DIGITS - before), Math.max(0, ...decimals))
}

const short = (value: number) => Number(value.toPrecision(9))
