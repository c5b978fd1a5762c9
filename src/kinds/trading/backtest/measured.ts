// A backtest with what it came to: statistics, trades, and a curve that can be drawn. Beside its trades it keeps nothing that
// grows with the candles.
import { type EquityCurve, openEquityCurve } from '../stats/equity-curve.js'
import { type Statistics, statistics } from '../stats/statistics.js'
import { openThinnedCurve, type ThinnedCurve } from '../stats/thinned.js'
import { readParameters } from '../strategies/parameters.js'
import { backtest } from './backtest.js'
import type { BacktestInput, BacktestResult, Trade } from './types.js'
import { warmUpOf } from './warm-up.js'

export interface MeasuredBacktest {
  result: BacktestResult
  statistics: Statistics
  trades: Trade[]
  curve: EquityCurve
  thinned: ThinnedCurve
  /** What risk refused, the commonest first, with what was said of the first one. */
  refused: { code: string; count: number; text: string }[]
  /** What protections did, the first ones. */
  notes: { code: string; at: number; text: string }[]
}

const POINTS = 4_096
const NOTES = 100

/** @throws BadInput for settings that cannot be run, RangeError when there is not one good candle */
export async function measuredBacktest(input: BacktestInput): Promise<MeasuredBacktest> {
  const warmUp = warmUpOf(input.strategy, await readParameters(input.strategy, input.parameters ?? {}))
  const curve = openEquityCurve()
  const thinned = openThinnedCurve(POINTS)
  const trades: Trade[] = []
  const refused = new Map<string, { code: string; count: number; text: string }>()
  const notes: MeasuredBacktest['notes'] = []
  let [row, firstClose, lastClose] = [0, Number.NaN, Number.NaN]
  const { sink } = input
  const result = await backtest({
    ...input,
    sink: {
      ...sink,
      trade(trade) {
        trades.push(trade)
        sink?.trade?.(trade)
      },
      equity(at, equity, close, exposure) {
        curve.take(at, equity)
        thinned.take(at, equity, close)
        if (row++ === warmUp) firstClose = close
        lastClose = close
        sink?.equity?.(at, equity, close, exposure)
      },
      refused(code, at, text) {
        const known = refused.get(code)
        if (known) known.count++
        else refused.set(code, { code, count: 1, text })
        sink?.refused?.(code, at, text)
      },
      note(code, at, text) {
        if (notes.length < NOTES) notes.push({ code, at, text })
        sink?.note?.(code, at, text)
      },
    },
  })
  const measured = curve.result()
  const outcomes = trades.map(({ profit, profitPercent, entryCandle, exitCandle }) => ({
    profit,
    profitPercent,
    entryRow: entryCandle,
    exitRow: exitCandle,
  }))
  return {
    result,
    statistics: statistics({ curve: measured, trades: outcomes, firstClose, lastClose }),
    trades,
    curve: measured,
    thinned: thinned.result(),
    refused: [...refused.values()].sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1)),
    notes,
  }
}
