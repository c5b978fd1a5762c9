// One trial: a backtest with these parameters over this stretch of time, and what it came to in numbers.
import { BadInput } from '../../../../core/bad-input.js'
import type { FillModel, RiskSettings } from '../../core/settings.js'
import type { AnyStrategy } from '../../core/strategy.js'
import type { Instrument } from '../../core/types.js'
import { openEquityCurve } from '../../stats/equity-curve.js'
import { periodsOf, returnsOf } from '../../stats/periods.js'
import { type Statistics, statistics, type TradeOutcome } from '../../stats/statistics.js'
import { backtest } from '../backtest.js'
import { type Moments, momentsOf } from './deflated.js'
import { candlesWithin, type SharedBlock } from './shared-candles.js'
import type { Point } from './space.js'
import type { Stretch } from './windows.js'

/** Before the names of risk settings that are searched. */
export const RISK = 'risk.'

/** What all trials of a search have in common. */
export interface TrialParts {
  blocks: readonly SharedBlock[]
  timeframe: string
  instrument: Instrument
  strategy: AnyStrategy
  /** Those that are not searched. */
  parameters: Record<string, unknown>
  risk: Partial<RiskSettings>
  fill: Partial<FillModel>
  /** So many candles before the stretch are shown to the strategy, and it may not act on them. */
  warmUp: number
}

export interface Trial {
  point: Point
  stretch: Stretch
}

export type TrialOutcome = { statistics: Statistics; moments: Moments } | { refused: string }

/** The strategy itself, or the settings, may refuse; anything else that goes wrong is thrown. */
export async function runTrial(parts: TrialParts, { point, stretch }: Trial): Promise<TrialOutcome> {
  const { blocks, timeframe, instrument, risk, fill, warmUp } = parts
  const { ofStrategy, ofRisk } = settingsIn(point)
  const [curve, trades] = [openEquityCurve(), [] as TradeOutcome[]]
  let [before, rows, firstClose, lastClose] = [0, 0, Number.NaN, Number.NaN]
  try {
    await backtest({
      candles: candlesWithin(blocks, stretch, warmUp),
      timeframe,
      instrument,
      strategy: quietBefore(parts.strategy, stretch.from),
      parameters: { ...parts.parameters, ...ofStrategy },
      risk: { ...risk, ...ofRisk },
      fill,
      sink: {
        trade: ({ profit, profitPercent, entryCandle, exitCandle }) =>
          void trades.push({ profit, profitPercent, entryRow: entryCandle, exitRow: exitCandle }),
        equity(at, equity, close) {
          if (at < stretch.from) return void before++
          if (rows++ === 0) firstClose = close
          curve.take(at, equity)
          lastClose = close
        },
      },
    })
  } catch (error) {
    // RangeError: an account that came to be too large to be counted exactly; one such trial is no reason to end all.
    if (error instanceof BadInput || error instanceof RangeError) return { refused: error.message }
    throw error
  }
  if (rows === 0) return { refused: 'there is no good candle' }
  const measured = curve.result()
  const own = trades.map((one) => ({ ...one, entryRow: one.entryRow - before, exitRow: one.exitRow - before }))
  return {
    statistics: statistics({ curve: measured, trades: own, firstClose, lastClose }),
    moments: momentsOf(returnsOf(periodsOf(measured).equity)),
  }
}

/** `risk.stopLossPercent` is no parameter of the strategy. */
function settingsIn(point: Point) {
  const isRisk = (name: string) => name.startsWith(RISK)
  const entries = Object.entries(point)
  return {
    ofStrategy: Object.fromEntries(entries.filter(([name]) => !isRisk(name))),
    ofRisk: Object.fromEntries(
      entries.filter(([name]) => isRisk(name)).map(([name, value]) => [name.slice(RISK.length), value]),
    ),
  }
}

/** The same strategy, which says nothing before then: its indicators are warm when it may speak. */
function quietBefore(strategy: AnyStrategy, from: number): AnyStrategy {
  return Object.assign(Object.create(strategy) as AnyStrategy, {
    next(...given: Parameters<AnyStrategy['next']>) {
      const signal = strategy.next(...given)
      return given[0].at < from ? undefined : signal
    },
  })
}
