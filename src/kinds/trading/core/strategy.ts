// What a strategy is: parameters with their ranges, a memory of indicators, and one function that is called with each closed
// candle and may answer a signal. It has no clock, no I/O and no randomness; the same candles give the same signals.
import type { z as Zod } from 'zod'
import type { Candle } from '../candles/candle.js'
import type { Side } from './types.js'

/** What a strategy wants. Prices are in quote currency, rounded to the tick by the core. */
export interface Signal {
  /** Close what is open on that side. It comes before `enter`. */
  exit?: Side | 'both'
  enter?: Side
  /** Where the stop and the take profit of the entry lie; without them the risk settings' percentages do. */
  stop?: number
  takeProfit?: number
  /** A limit entry at this price, good for `goodForCandles` (1 unless said); a later `enter` of the same side moves it. */
  price?: number
  /** A limit exit at this price instead of the market. */
  exitPrice?: number
  goodForCandles?: number
  /** Withdraws the entry order that waits. */
  cancel?: boolean
  /** Told with the trade. */
  tag?: string
}

/** What a strategy may look at besides its candle. Read it during the call; it is the same object each time. */
export interface StrategyView<Parameters> {
  readonly symbol: string
  readonly timeframe: string
  readonly parameters: Readonly<Parameters>
  /** What is open of this symbol; entryPrice in quote currency, size in base units. */
  readonly position: {
    readonly side: Side
    readonly entryPrice: number
    readonly size: number
    readonly entryAt: number
  } | null
  /** Is an entry order waiting? */
  readonly isEntryWaiting: boolean
  /** The last value of a data series such as `long-short-ratio`; undefined before the first. */
  series(name: string): number | undefined
}

export type ParameterShape = Record<string, Zod.ZodType>
export type ParametersOf<Shape extends ParameterShape> = { [Key in keyof Shape]: Zod.output<Shape[Key]> }

export interface Strategy<Parameters = object, Memory = unknown> {
  /** Lower-case letters, digits and "-". */
  name: string
  title: string
  /** The fields of its parameters, each with a default and a range; given `z` so that a session never loads it. */
  parameters(z: typeof Zod): ParameterShape
  /** Sentences about parameters that do not go together; an empty list when they do. */
  refuses?(parameters: Parameters): string[]
  /** Timeframes that `closed` wants to hear of: higher ones, or that of the candles. */
  timeframes?(parameters: Parameters): string[]
  /** A fresh memory: indicators and plain JSON values, by name. */
  start(parameters: Parameters): Memory
  /** A higher candle closed. It is called before `next` with the base candle that closed it. */
  closed?(timeframe: string, candle: Readonly<Candle>, memory: Memory, view: StrategyView<Parameters>): void
  /** A base candle closed. */
  next(candle: Readonly<Candle>, memory: Memory, view: StrategyView<Parameters>): Signal | undefined
}

/** A strategy whose own types are forgotten: what the core and the registry hold. */
export type AnyStrategy = Strategy<object>
