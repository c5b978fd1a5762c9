// Binance USD-M futures, as documented under developers.binance.com, "USDS-Margined Futures → Market Data Endpoints".
import {
  fieldsOf,
  judgeStatus,
  listIn,
  numberOf,
  readJson,
  retryAfterMs,
  rowFrom,
  shortDecimal,
  textOf,
} from './reading.js'
import { lengthOf, TIMEFRAMES } from './timeframes.js'
import type { Instrument, Judgement, Reply, Venue } from './venue.js'

const MINUTE_MS = 60_000
/** A ban lasts from two minutes to three days; it comes with its own time. */
const BAN_MS = 2 * MINUTE_MS
const BAD_SYMBOL = -1121

export const binanceusdm: Venue = {
  name: 'binanceusdm',
  title: 'Binance USD-M',
  url: 'https://fapi.binance.com',
  timeframes: new Set(TIMEFRAMES),
  limit: { weight: 2400, perMs: MINUTE_MS },
  pageCandles: 1000,
  keepsCandles: null,
  instruments: (url) => ({ method: 'GET', url: `${url}/fapi/v1/exchangeInfo`, weight: 1 }),
  readInstruments: (text) => {
    const symbols = listIn(fieldsOf(readJson(text)).symbols, 'symbols').map(fieldsOf)
    return { instruments: symbols.flatMap((symbol) => instrumentOf(symbol) ?? []), next: null }
  },
  candles: (url, { instrument, timeframe, from, to }) => {
    const limit = Math.ceil((to - from) / lengthOf(timeframe))
    const query = new URLSearchParams({
      symbol: instrument.native,
      interval: timeframe,
      startTime: String(from),
      endTime: String(to - 1),
      limit: String(limit),
    })
    return { method: 'GET', url: `${url}/fapi/v1/klines?${query}`, weight: weightOf(limit) }
  },
  // Its listing dates are later than its first candles: BTCUSDT was traded 17 days before its own.
  firstCandle: (url, { instrument, timeframe }) => {
    const query = new URLSearchParams({ symbol: instrument.native, interval: timeframe, startTime: '0', limit: '1' })
    return { method: 'GET', url: `${url}/fapi/v1/klines?${query}`, weight: weightOf(1) }
  },
  readCandles: (text) => listIn(readJson(text), 'candles').map((row) => candleOf(listIn(row, 'a candle’s fields'))),
  judge,
  usedWeight: ({ headers }) => {
    const used = Number(headers.get('x-mbx-used-weight-1m') ?? Number.NaN)
    return Number.isFinite(used) ? used : null
  },
}

/** By the limit that is asked for, not by what comes. */
export function weightOf(limit: number): number {
  if (limit < 100) return 1
  if (limit < 500) return 2
  return limit <= 1000 ? 5 : 10
}

const candleOf = ([at, ...values]: unknown[]) => rowFrom(at, values)

function instrumentOf(symbol: Record<string, unknown>): Instrument | null {
  if (symbol.contractType !== 'PERPETUAL') return null
  const [base, quote, settle] = [symbol.baseAsset, symbol.quoteAsset, symbol.marginAsset].map(textOf)
  const filters = listIn(symbol.filters, 'filters').map(fieldsOf)
  const filter = (type: string, field: string) => textOf(filters.find(({ filterType }) => filterType === type)?.[field])
  return {
    venue: 'binanceusdm',
    native: textOf(symbol.symbol),
    symbol: `${base}/${quote}:${settle}`,
    base: base ?? '',
    quote: quote ?? '',
    tick: shortDecimal(filter('PRICE_FILTER', 'tickSize')) || null,
    lot: shortDecimal(filter('LOT_SIZE', 'stepSize')) || '1',
    minNotional: shortDecimal(filter('MIN_NOTIONAL', 'notional')) || null,
    listedAt: numberOf(symbol.onboardDate) || null,
  }
}

/**
 * 429: too much was asked. 418: too much was asked after a 429, and this address is banned. Both say for how long. 403: the
 * firewall's limit.
 */
function judge(reply: Reply): Judgement {
  const { status, text } = reply
  if (status === 429) return { is: 'limited', waitMs: retryAfterMs(reply, MINUTE_MS), why: 'too many requests (429)' }
  if (status === 418) return { is: 'limited', waitMs: banMs(reply), why: 'this address is banned for a while (418)' }
  if (status === 403)
    return { is: 'limited', waitMs: retryAfterMs(reply, 5 * MINUTE_MS), why: 'its firewall refuses (403)' }
  const code = codeIn(text)
  if (status === 400 && code === BAD_SYMBOL) return { is: 'refused', why: 'it does not know the symbol (-1121)' }
  return judgeStatus(reply) ?? { is: 'answer' }
}

/** Without `Retry-After` the message has the moment: `banned until 1681056000000`. */
function banMs(reply: Reply): number {
  const until = Number(/until (\d{13})/.exec(reply.text)?.[1] ?? Number.NaN)
  const now = Date.parse(reply.headers.get('date') ?? '')
  return retryAfterMs(reply, until > now ? until - now : BAN_MS)
}

function codeIn(text: string): number | null {
  const code = /^\s*\{\s*"code"\s*:\s*(-?\d+)/.exec(text)?.[1]
  return code === undefined ? null : Number(code)
}
