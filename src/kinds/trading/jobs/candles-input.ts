// The flags of `frota trading candles`.
import { z } from 'zod'
import { TIMEFRAMES } from '../candles/venues/timeframes.js'
import { VENUES } from '../candles/venues/venue.js'

export const CANDLE_ACTIONS = ['get', 'ls', 'verify', 'export', 'rm'] as const

export const candlesInput = z.object({
  action: z
    .enum(CANDLE_ACTIONS)
    .default('get')
    .describe('get: download what is missing; ls: what is here; verify: read it all; export: as CSV; rm: remove'),
  venue: z.enum(VENUES).optional().describe('Whose candles'),
  symbol: z
    .array(z.string().min(1).max(40))
    .default([])
    .describe('What is traded, as ccxt writes it (BTC/USDT:USDT) or the venue (BTCUSDT)'),
  timeframe: z.array(z.enum(TIMEFRAMES)).default([]).describe('How long a candle is'),
  from: z
    .string()
    .optional()
    .describe('The first candle, a date or time in UTC; else what is here goes on, or the listing'),
  to: z.string().optional().describe('Up to this time, a date with its whole day; now unless said'),
  archives: z.boolean().default(true).describe('Take whole months and days from Binance’s public archives'),
  all: z.boolean().default(false).describe('For rm: everything that is here'),
  output: z.string().min(1).optional().describe('For export: the CSV file to write'),
  endpoint: z
    .string()
    .optional()
    .describe('A stand-in on this machine for all venues: http://127.0.0.1:PORT (frota sim exchange)'),
})

export type CandlesInput = z.output<typeof candlesInput>
