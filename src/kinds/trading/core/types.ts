// The words of the trading core. Everything here is plain data that goes through JSON and comes back equal.
//
// Units: a price in the core is a whole number of ticks, a size a whole number of lots, money a whole number of cash units
// (one hundred-millionth of the quote currency unless the account is very large). Floats appear where a person
// or a strategy speaks (`Candle`, `Signal`, settings) and where a person reads (`Trade`, statistics), never in between.
import type { Candle, DataProblem } from '../candles/candle.js'

export type Side = 'long' | 'short'

/** What is traded, as the venue defines it. Numbers count by their shortest decimal text: 0.1 is one tenth, exactly. */
export interface Instrument {
  symbol: string
  /** The smallest step of a price, in quote currency. */
  tick: number
  /** The smallest step of a size, in base units or contracts. */
  lot: number
  /** The least size × price × multiplier of an order that opens, in quote currency; 0 for none. */
  minNotional: number
  /** Base units in one contract; 1 for spot and linear contracts. */
  multiplier: number
  /** Rates of the notional: 0.0005 is 5 basis points; what is negative is paid to us. */
  takerFee: number
  makerFee: number
}

export type OrderType = 'market' | 'limit' | 'stop' | 'take-profit'

/** Why an order is placed, and so why a position ends. */
export type Purpose = 'entry' | 'exit' | 'stop' | 'take-profit' | 'partial-take-profit'

export type ExitReason =
  | 'exit-signal'
  | 'reverse'
  | 'stop-loss'
  | 'trailing-stop'
  | 'break-even'
  | 'take-profit'
  | 'partial-take-profit'
  | 'time-exit'
  | 'halt'
  | 'flatten'
  | 'liquidation'
  | 'end-of-data'

/** Trailing, as ratios of the entry price: see RiskSettings.trailing. */
export interface Trail {
  distance: number | null
  offset: number
  positiveDistance: number | null
}

export interface Order {
  /** Unique in the run and the same in every repetition: `BTCUSDT-17`. */
  id: string
  symbol: string
  side: 'buy' | 'sell'
  type: OrderType
  purpose: Purpose
  /** Lots; 0 when it is sized at its fill (`spend`). */
  size: number
  /** Of the free margin × leverage at the fill, 1 for all of it; 0 when `size` says how much. */
  spend: number
  /** The most that its fill may come to, in cash units; 0 for no such limit. */
  maxNotional: number
  /** Ticks: a limit's worst price; 0 for others. */
  price: number
  /** Ticks: where a stop or take profit springs; 0 for others. */
  trigger: number
  /** The position that it closes or reduces; 0 for an entry. */
  position: number
  reason: ExitReason | null
  /** Of an entry: where its stop and take profit will lie, in ticks (0: as the settings' percentages say), and its tag. */
  stop: number
  takeProfit: number
  tag: string
  /** When the candle closed that led to it. */
  placedAt: number
  /** It is cancelled when it is not filled by then; 0: never. */
  expiresAt: number
  /** Where a venue trails by itself: how. */
  trail: Trail | null
  /** Where a venue moves the target by itself: from these ages of the position on, this profit. */
  targets: Target[] | null
}

/** From this age of a position on, a profit of this ratio closes it; −1 closes it whatever it is. */
export interface Target {
  afterMs: number
  ratio: number
}

export interface Fill {
  order: string
  symbol: string
  at: number
  /** Ticks. */
  price: number
  /** Lots. */
  size: number
  /** Cash units, what was paid. */
  fee: number
  isMaker: boolean
  /** When the venue knows better than the order why: a stop that had trailed. */
  reason?: ExitReason
}

export interface Position {
  /** Counted from 1 in the run. */
  id: number
  symbol: string
  side: Side
  /** Lots, what is left of it. */
  size: number
  /** Lots at its entry. */
  openedSize: number
  /** Ticks. */
  entryPrice: number
  entryAt: number
  /** Number of the base candle of its symbol at its entry, counted from 0. */
  entryCandle: number
  /** A limit that waited began it in the midst of a candle: what that candle did before is not known. */
  isInside: boolean
  /** Cash units: what `size` lots were worth at the entry. */
  cost: number
  /** Cash units paid so far for what is left of it. */
  entryFee: number
  /** Cash units received so far (negative: paid). */
  funding: number
  /** Ticks: where its stop lies, 0 for none, and where it lay first. */
  stop: number
  firstStop: number
  /** What moved the stop last. */
  stopReason: 'stop-loss' | 'trailing-stop' | 'break-even'
  /** Ticks, 0 for none. */
  takeProfit: number
  /** Ticks: the best price since the entry (a short's lowest). */
  best: number
  /** How many of the partial take profits are done. */
  partials: number
  /** Orders that wait at the venue for this position; '' for none. */
  stopOrder: string
  takeProfitOrder: string
  partialOrder: string
  /** The market order that closes all of it, when one is on its way. */
  exitOrder: string
  tag: string
}

export interface Portfolio {
  /** Cash units: what was paid in, realised profits, funding, less fees. Open positions are not in it. */
  cash: number
  /** Of the same: what was paid in; gross profits of what is closed; fees paid; funding received. */
  paidIn: number
  realised: number
  fees: number
  funding: number
  positions: Position[]
}

/** What the protections remember, so that a restart resets nothing. */
export interface Protections {
  /** The highest equity so far and the equity at the beginning of the UTC day, in cash units. */
  peakEquity: number
  dayEquity: number
  /** 00:00 UTC of that day. */
  day: number
  /** The day has lost as much as it may: no entries until the next one. */
  isDayOver: boolean
  /** No entries while it is not null; cleared by the command `resume`. */
  halted: { reason: string; at: number } | null
  /** No entries of this symbol before then: cooldown. By symbol, sorted when written. */
  quietUntil: Record<string, number>
  /** No entries at all before then: stop guard. */
  pausedUntil: number
  /** When stops were hit lately, oldest first. */
  stops: number[]
}

/** The venue's word or the world's: all that the core ever hears. Times are in milliseconds since 1970 UTC. */
export type Event =
  | { type: 'candle'; symbol: string; candle: Readonly<Candle>; line?: number }
  | ({ type: 'fill' } & Fill)
  | { type: 'rejected'; order: string; symbol: string; at: number; text: string }
  | { type: 'cancelled'; order: string; symbol: string; at: number }
  /** The venue closed a position because its margin was gone. Price in ticks, fee in cash units. */
  | { type: 'liquidated'; symbol: string; at: number; price: number; fee: number }
  /** Cash units, negative when we pay. */
  | { type: 'funding'; symbol: string; at: number; amount: number }
  /** A data series beside the candles, such as `long-short-ratio`; strategies read its last value. */
  | { type: 'series'; name: string; symbol: string; at: number; value: number }
  /** Time passed without a candle. */
  | { type: 'clock'; at: number }
  | { type: 'command'; command: 'halt' | 'resume' | 'flatten'; at: number; symbol?: string; reason?: string }

/** What the core wants done (`place`, `amend`, `cancel`) or told (`refused`, `note`, `problem`). */
export type Intent =
  | { type: 'place'; order: Order }
  | { type: 'amend'; order: string; symbol: string; trigger?: number; price?: number; size?: number }
  | { type: 'cancel'; order: string; symbol: string }
  | { type: 'closed'; trade: Closed }
  | { type: 'refused'; symbol: string; at: number; side: Side; code: RefusalCode; text: string }
  | { type: 'note'; code: NoteCode; at: number; text: string }
  | { type: 'problem'; problem: DataProblem }

export type RefusalCode =
  | 'ALREADY_OPEN'
  | 'NO_MARGIN'
  | 'HALTED'
  | 'COOLDOWN'
  | 'STOP_GUARD'
  | 'DAILY_LOSS'
  | 'TRADE_MODE'
  | 'MAX_POSITIONS'
  | 'GLOBAL_EXPOSURE'
  | 'SINGLE_EXPOSURE'
  | 'CAPITAL'
  | 'LEVERAGE'
  | 'NO_STOP'
  | 'STOP_ON_WRONG_SIDE'
  | 'TARGET_ON_WRONG_SIDE'
  | 'BELOW_LOT'
  | 'BELOW_MIN_NOTIONAL'
  | 'BAD_SIGNAL'

export type NoteCode =
  | 'DRAWDOWN_HALT'
  | 'OUT_OF_MONEY'
  | 'HALTED'
  | 'RESUMED'
  | 'FLATTEN'
  | 'DAILY_LOSS'
  | 'STOP_GUARD'
  | 'REJECTED'
  | 'UNKNOWN_ORDER'

/** A position or a part of one that was closed. Prices in ticks, sizes in lots, money in cash units. */
export interface Closed {
  position: number
  symbol: string
  side: Side
  size: number
  entryPrice: number
  entryAt: number
  entryCandle: number
  exitPrice: number
  exitAt: number
  exitCandle: number
  /** What `size` was worth at the entry; value at the exit less that, with the side's sign; fees of both ends; funding. */
  cost: number
  gross: number
  fees: number
  funding: number
  reason: ExitReason
  tag: string
}

/** What a market is to the core: candles seen, higher candles in the making, the strategy's memory. */
export interface MarketState {
  /** Base candles seen, bad ones not counted. */
  candles: number
  /** When the last one opened; −1 before the first. */
  lastAt: number
  /** Its close in ticks; 0 before the first. */
  lastPrice: number
  /** By timeframe: the higher candle in the making, null before one has begun at its beginning. */
  making: Record<string, Candle | null>
  series: Record<string, number>
  /** The strategy's own, through JSON by `saveState`. */
  memory: unknown
}

/** All that must survive a restart. `saveState` answers it as JSON and `loadState` reads it back, equal to the last bit. */
export interface State {
  version: 1
  /** The next order's and position's numbers. */
  nextOrder: number
  nextPosition: number
  portfolio: Portfolio
  protections: Protections
  /** Placed and neither filled, cancelled nor rejected, oldest first. */
  orders: Order[]
  markets: Record<string, MarketState>
}

/** What `step` answers: the same state object, changed, and what is to be done, in order. */
export interface Outcome {
  state: State
  intents: readonly Intent[]
}
