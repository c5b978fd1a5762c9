// The flags of `frota trading backtest`. None has a default here: a config file may say what no flag says.
import { z } from 'zod'
import { file } from '../../file.js'
import { sessionConfig } from '../../session-config.js'

/** Candles of years: they are read where they lie. */
const MOST_CANDLE_BYTES = 1e13

const when = (what: string) => z.string().optional().describe(`${what}: a date or time, UTC unless it says otherwise`)
const target = (what: string) => z.string().min(1).optional().describe(`Writes ${what}`)
const rate = (what: string) => z.string().optional().describe(`${what}, a ratio (0.001) or percent (0.1%)`)

export const backtestInput = z.object({
  data: file({
    maxBytes: MOST_CANDLE_BYTES,
    help: 'Candles: CSV with date, open, high, low, close, volume',
  }).optional(),
  venue: z.string().min(1).optional().describe('Candles from the cache of `frota trading candles`: of this venue'),
  symbol: z.string().min(1).optional().describe('What is traded: BTCUSDT'),
  timeframe: z.string().min(1).optional().describe('How long a candle is: 1m, 15m, 4h, 1d'),
  from: when('The first candle'),
  to: when('Up to this time, a date with its whole day'),
  strategy: z
    .string()
    .min(1)
    .optional()
    .describe('sma-cross, rsi-volume, breakout-atr, one of FROTA_STRATEGIES, or the path of a module'),
  set: z
    .array(z.string())
    .default([])
    .describe('key=value of the strategy; risk.KEY, fill.KEY and instrument.KEY of those'),
  config: file({
    help: 'JSON: strategy, parameters, risk, fill, instrument, venue, symbol, timeframe, from, to',
  }).optional(),
  session: sessionConfig({ kind: 'trading', help: 'Tries out what this session is set to do' }).optional(),
  fill: z
    .enum(['next-open', 'close'])
    .optional()
    .describe('Where market orders fill: at the next open (unless said), or the close'),
  fee: rate('Fee of what takes'),
  maker: rate('Fee of what waits in the book'),
  slippage: rate('How much worse market and stop orders fill'),
  spread: rate('Between bid and ask'),
  cash: z.number().positive().optional().describe('Money at the beginning, 10000 unless said'),
  size: z
    .string()
    .optional()
    .describe('all-in (unless said), fraction:0.5, fixed:10 units, risk or risk:5 to lose at the stop'),
  wholeUnits: z.boolean().optional().describe('Sizes are whole numbers'),
  closeAtEnd: z.boolean().optional().describe('What is open is closed on the last candle'),
  allowShort: z.boolean().optional().describe('Sells what it has not got'),
  equity: target('the equity of every candle, CSV'),
  trades: target('all trades, CSV'),
  html: target('a report to look at in a browser'),
})

export type BacktestJobInput = z.output<typeof backtestInput>
