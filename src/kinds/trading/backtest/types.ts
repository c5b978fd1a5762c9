// What a backtest is given and what it answers.
import type { DataProblem } from '../candles/candle.js'
import type { FillModel, RiskSettings } from '../core/settings.js'
import type { AnyStrategy } from '../core/strategy.js'
import type { ExitReason, Instrument, RefusalCode, Side } from '../core/types.js'
import type { CandleInput } from './candle-input.js'

/** One closed trade, in quote currency and base units. Every number's shortest text is exact at the instrument's step. */
export interface Trade {
  side: Side
  size: number
  /** Milliseconds since 1970 UTC: the candle of the fill. */
  entryAt: number
  entryPrice: number
  exitAt: number
  exitPrice: number
  /** After fees and funding. */
  profit: number
  /** `profit` in percent of size × entry price × multiplier. */
  profitPercent: number
  reason: ExitReason
  fees: number
  funding: number
  /** Numbers of the candles in this run, counted from 0. */
  entryCandle: number
  exitCandle: number
  tag: string
}

/** Where a backtest puts what it finds, as it finds it. Nothing is collected inside. */
export interface BacktestSink {
  trade?(trade: Trade): void
  /**
   * Once for each good candle, in order. `equity` is in quote currency with open positions at the close; `close` is the candle's;
   * `exposure` is what is open at that close in quote currency, negative when short.
   */
  equity?(at: number, equity: number, close: number, exposure: number): void
  problem?(problem: DataProblem): void
  refused?(code: RefusalCode, at: number, text: string): void
  /** What a protection did: halts, pauses. */
  note?(code: string, at: number, text: string): void
}

export interface BacktestInput {
  /** Oldest first. Of chunks, one may be used again by its giver once the next is asked for. */
  candles: CandleInput
  /** The candles' own, like `1m`. */
  timeframe: string
  /** What is not said is as `PLAIN_INSTRUMENT` has it: steps that round no price, and no fees. */
  instrument?: Partial<Readonly<Instrument>>
  strategy: AnyStrategy
  /** As a person gave them: checked against the strategy's schema, defaults filled in. BadInput when they do not fit. */
  parameters?: Record<string, unknown>
  risk?: Partial<RiskSettings>
  fill?: Partial<FillModel>
  /** Data series beside the candles, each oldest first: `{ 'long-short-ratio': [{ at, value }] }`. */
  series?: Record<string, Iterable<{ at: number; value: number }>>
  sink?: BacktestSink
  signal?: AbortSignal
  /** Called now and then with the number of candles done; await is honoured. */
  progress?(candles: number): void | Promise<void>
}

/** With an instrument of which all is known. */
export type WholeInput = BacktestInput & { instrument: Readonly<Instrument> }

export interface BacktestResult {
  strategy: string
  /** With all defaults filled in. */
  parameters: Record<string, unknown>
  timeframe: string
  /** Good candles, and the times at which the first and last of them opened; null without any. */
  candles: number
  from: number | null
  to: number | null
  /** Closed trades. */
  trades: number
  /** A position was still open at the end (`closeAtEnd` off). */
  openPositions: number
  startEquity: number
  finalEquity: number
  fees: number
  funding: number
  problems: Partial<Record<DataProblem['code'], number>>
  refused: Partial<Record<RefusalCode, number>>
  /** True when the signal ended it early. */
  isStopped: boolean
}

export type RunBacktest = (input: BacktestInput) => Promise<BacktestResult>
