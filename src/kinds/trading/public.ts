// What a strategy or a program of one's own imports: `import { Rsi, rsi } from 'frota/trading'`. It loads no zod.

// Backtests
export { backtest } from './backtest/backtest.js'
export type { CandleInput } from './backtest/candle-input.js'
export { type MeasuredBacktest, measuredBacktest } from './backtest/measured.js'
export { PLAIN_INSTRUMENT } from './backtest/plain-instrument.js'
export type { BacktestInput, BacktestResult, BacktestSink, Trade } from './backtest/types.js'

// Candles
export {
  type Candle,
  type CandleColumns,
  candleAt,
  type DataProblem,
  type DataProblemCode,
  emptyColumns,
  pushCandle,
  toColumns,
} from './candles/candle.js'
export { type CsvProgress, type CsvSource, readCsvCandles } from './candles/csv.js'
export { type DataQuality, openQuality } from './candles/quality.js'
export { openOf, timeframeMs, timeframeOf } from './candles/timeframe.js'
// The core
export { type Core, createCore } from './core/core.js'
export { Measure } from './core/measure.js'
export { type Account, type Ask, type Assessment, assess, type Limits } from './core/risk.js'
export {
  ALL_ALLOWED,
  DEFAULT_FILL,
  DEFAULT_RISK,
  type Entitlements,
  type FillModel,
  type RiskSettings,
  type Sizing,
  type TradeMode,
} from './core/settings.js'
export type { CoreSetup } from './core/setup.js'
// Strategies
export type { AnyStrategy, ParameterShape, ParametersOf, Signal, Strategy, StrategyView } from './core/strategy.js'
export type {
  Closed,
  Event,
  ExitReason,
  Fill,
  Instrument,
  Intent,
  Order,
  Outcome,
  Portfolio,
  Position,
  Protections,
  RefusalCode,
  Side,
  State,
} from './core/types.js'
// Indicators
export { indicatorFrom } from './indicator-from.js'
export * from './indicators/index.js'
export { PaperVenue, type VenueSetup } from './paper/venue.js'
// Candle patterns
export * from './patterns/index.js'
// Statistics
export { type Bin, distribution } from './stats/distribution.js'
export { type EquityCurve, openEquityCurve } from './stats/equity-curve.js'
export { type OrderBands, orderBands } from './stats/monte-carlo.js'
export { type MonthReturn, monthlyReturns } from './stats/periods.js'
export {
  type Statistics,
  type StatisticsInput,
  statistics,
  statisticsOf,
  type TradeOutcome,
} from './stats/statistics.js'
export { openThinnedCurve, type ThinnedCurve } from './stats/thinned.js'
export { breakoutAtr } from './strategies/breakout-atr.js'
export { defineStrategy } from './strategies/define.js'
export { type ParameterField, parameterFields, readParameters } from './strategies/parameters.js'
export { rsiVolume } from './strategies/rsi-volume.js'
export { signalsStrategy } from './strategies/signals.js'
export { smaCross } from './strategies/sma-cross.js'
