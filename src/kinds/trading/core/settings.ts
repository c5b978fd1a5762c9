// What a person sets: how much may be risked, and how a backtest fills orders. Money is in quote currency, ratios are in
// percent where the name says so, times in minutes. The zod schemas with these defaults lie in settings-schema.ts.

export type TradeMode = 'both' | 'long-only' | 'short-only'

export interface RiskSettings {
  tradeMode: TradeMode
  /** What a trade may lose between its entry and its stop, with `size: risk`. */
  targetLossUsd: number
  /** The most that all open positions together, and one of them, may be worth at their entries; null: no limit. */
  maxGlobalExposure: number | null
  maxSingleExposure: number | null
  maxPositions: number
  /** Notional ÷ equity may not exceed it. */
  leverage: number
  /** What of the account this session may use; null: all of it. */
  capital: number | null
  /** No entries for the rest of the UTC day once equity fell by this much since its beginning; null: off. */
  dailyLossLimit: number | null
  /** Halt and flatten once equity lies this far under its peak; null: off. */
  maxDrawdownPercent: number | null
  /** No entry of the same symbol for this long after a stop; 0: off. */
  cooldownMinutes: number
  /** No entries at all for `pauseMinutes` once `stops` stops were hit within `withinMinutes`; null: off. */
  stopGuard: { stops: number; withinMinutes: number; pauseMinutes: number } | null
  /** A stop this far from the fill when the signal brings none; null: none. */
  stopLossPercent: number | null
  takeProfitPercent: number | null
  /**
   * The stop follows the best price: at `percent` (null: not yet) until the profit exceeds `offsetPercent`, from then on at
   * `positivePercent` (null: at `percent`, still).
   */
  trailing: { percent: number | null; offsetPercent: number; positivePercent: number | null } | null
  /** Once the profit reached `atPercent` the stop lies `lockPercent` beyond the entry. */
  breakEven: { atPercent: number; lockPercent: number } | null
  /** At each profit in turn, this part (0–1) of the opened size is sold. */
  partialTakeProfit: { atPercent: number; part: number }[]
  /** Closed after this long; with `belowPercent` only while its profit is below. */
  timeExit: { afterMinutes: number; belowPercent: number | null } | null
  /** From each age on, this profit closes the position; −100 closes it whatever its profit. Empty: off. */
  profitByAge: { afterMinutes: number; percent: number }[]
  /** What a signal for the other side does to an open position: `reverse` closes it and opens the other, `ignore` nothing. */
  opposite: 'reverse' | 'ignore'
}

export const DEFAULT_RISK: Readonly<RiskSettings> = Object.freeze<RiskSettings>({
  tradeMode: 'both',
  targetLossUsd: 5,
  maxGlobalExposure: 5000,
  maxSingleExposure: 2500,
  maxPositions: 2,
  leverage: 1,
  capital: null,
  dailyLossLimit: null,
  maxDrawdownPercent: null,
  cooldownMinutes: 0,
  stopGuard: null,
  stopLossPercent: null,
  takeProfitPercent: null,
  trailing: null,
  breakEven: null,
  partialTakeProfit: [],
  timeExit: null,
  profitByAge: [],
  opposite: 'reverse',
})

/** What the customer's plan allows; null: everything. */
export interface Entitlements {
  capital: number | null
  strategies: readonly string[] | null
  /** How many timeframes at once, the base one included. */
  timeframes: number | null
  symbols: number | null
}

export const ALL_ALLOWED: Readonly<Entitlements> = Object.freeze({
  capital: null,
  strategies: null,
  timeframes: null,
  symbols: null,
})

/**
 * How large an entry is. `all-in`: all free margin × leverage, fees included; `fraction`: that part of it; `fixed`: this
 * many base units; `risk`: so that the stop loses `targetLossUsd`, under the exposure limits.
 */
export type Sizing =
  | { type: 'all-in' }
  | { type: 'fraction'; fraction: number }
  | { type: 'fixed'; size: number }
  | { type: 'risk' }

export interface FillModel {
  /** Market orders fill at the open of the next candle, or at the close of the candle that gave the signal. */
  fill: 'next-open' | 'close'
  /** Rates of the notional; null: the instrument's. */
  fee: number | null
  maker: number | null
  /** Ratio by which market and stop orders fill worse than the candle says. */
  slippage: number
  /** Bid–ask spread as a ratio of the price: paid whole at the entry. */
  spread: number
  /** Quote currency at the beginning. */
  cash: number
  size: Sizing
  wholeUnits: boolean
  /** Open positions are closed at the end as any market order would be on the last candle (its open, or its close). */
  closeAtEnd: boolean
  allowShort: boolean
  /** Rate of the notional that longs pay to shorts every `everyHours` (at 00:00 UTC and so on); null: none. */
  funding: { rate: number; everyHours: number } | null
  /**
   * `strict`: stops before targets in one candle, a stop that the open has passed fills at the open, trailing moves on closed
   * candles, as a live session does it. `freqtrade`: that project's documented assumptions, trailing inside the candle.
   */
  rules: 'strict' | 'freqtrade'
}

export const DEFAULT_FILL: Readonly<FillModel> = Object.freeze<FillModel>({
  fill: 'next-open',
  fee: null,
  maker: null,
  slippage: 0,
  spread: 0,
  cash: 10_000,
  size: { type: 'risk' },
  wholeUnits: false,
  closeAtEnd: false,
  allowShort: true,
  funding: null,
  rules: 'strict',
})
