// What `frota trading backtest --json` prints: DESIGN's own shape, and nothing else. Times are ISO 8601 in UTC.
import type { Json } from '../../../core/json.js'
import type { DataQuality } from '../candles/quality.js'
import type { Statistics } from '../stats/statistics.js'
import type { MeasuredBacktest } from './measured.js'
import type { Trade } from './types.js'

export type BacktestAnswer = {
  strategy: string
  parameters: { [key: string]: Json }
  data: { source: string; symbol: string; timeframe: string; from: string; to: string; candles: number }
  stats: { [Name in keyof Statistics]: Statistics[Name] }
  trades: TradeAnswer[]
}

export type TradeAnswer = Pick<
  Trade,
  'side' | 'size' | 'entryPrice' | 'exitPrice' | 'profit' | 'profitPercent' | 'reason'
> & {
  entryAt: string
  exitAt: string
}

export function answerOf(
  { name, instrument }: { name: string; instrument: { symbol: string } },
  { candles, timeframe, from, to }: DataQuality,
  { result, statistics, trades }: MeasuredBacktest,
): BacktestAnswer {
  return {
    strategy: result.strategy,
    parameters: result.parameters as BacktestAnswer['parameters'],
    data: { source: name, symbol: instrument.symbol, timeframe, from: iso(from), to: iso(to), candles },
    stats: { ...statistics },
    trades: trades.map(({ side, size, entryAt, entryPrice, exitAt, exitPrice, profit, profitPercent, reason }) => ({
      side,
      size,
      entryAt: iso(entryAt),
      entryPrice,
      exitAt: iso(exitAt),
      exitPrice,
      profit,
      profitPercent,
      reason,
    })),
  }
}

const iso = (at: number) => new Date(at).toISOString()
