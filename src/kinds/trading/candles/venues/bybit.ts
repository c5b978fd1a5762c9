// Bybit's linear perpetuals, as documented under bybit-exchange.github.io/docs/v5: market/kline, market/instrument,
// rate-limit. All answers are HTTP 200 with a `retCode`; candles come newest first.
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
import { lengthOf, type Timeframe } from './timeframes.js'
import type { Instrument, Judgement, Reply, Venue } from './venue.js'

const MINUTE_MS = 60_000
/** "Terminate all HTTP sessions and wait for at least 10 minutes." */
const BAN_MS = 10 * MINUTE_MS
const TOO_MANY_VISITS = new Set([10006, 10018])
const TROUBLE = new Set([10000, 10016])

const INTERVALS: Partial<Record<Timeframe, string>> = {
  '1m': '1',
  '3m': '3',
  '5m': '5',
  '15m': '15',
  '30m': '30',
  '1h': '60',
  '2h': '120',
  '4h': '240',
  '6h': '360',
  '12h': '720',
  '1d': 'D',
  '1w': 'W',
}

export const bybit: Venue = {
  name: 'bybit',
  title: 'Bybit',
  url: 'https://api.bybit.com',
  timeframes: new Set(Object.keys(INTERVALS) as Timeframe[]),
  limit: { weight: 600, perMs: 5_000 },
  pageCandles: 1000,
  keepsCandles: null,
  instruments: (url, cursor) => {
    const query = new URLSearchParams({ category: 'linear', limit: '1000', ...(cursor && { cursor }) })
    return { method: 'GET', url: `${url}/v5/market/instruments-info?${query}`, weight: 1 }
  },
  readInstruments: (text) => {
    const { list, nextPageCursor } = resultIn(text)
    const instruments = listIn(list, 'instruments').flatMap((one) => instrumentOf(fieldsOf(one)) ?? [])
    return { instruments, next: textOf(nextPageCursor) || null }
  },
  candles: (url, { instrument, timeframe, from, to }) => {
    const query = new URLSearchParams({
      category: 'linear',
      symbol: instrument.native,
      interval: INTERVALS[timeframe] ?? '',
      start: String(from),
      end: String(to - 1),
      limit: String(Math.ceil((to - from) / lengthOf(timeframe))),
    })
    return { method: 'GET', url: `${url}/v5/market/kline?${query}`, weight: 1 }
  },
  firstCandle: null,
  readCandles: (text) =>
    listIn(resultIn(text).list, 'candles')
      .map((row) => listIn(row, 'a candle’s fields'))
      .map(([at, ...values]) => rowFrom(at, values))
      .reverse(),
  judge,
  usedWeight: () => null,
}

const resultIn = (text: string) => fieldsOf(fieldsOf(readJson(text)).result)

function instrumentOf(one: Record<string, unknown>): Instrument | null {
  if (one.contractType !== 'LinearPerpetual') return null
  const [base, quote, settle] = [one.baseCoin, one.quoteCoin, one.settleCoin].map(textOf)
  const [price, lot] = [fieldsOf(one.priceFilter), fieldsOf(one.lotSizeFilter)]
  return {
    venue: 'bybit',
    native: textOf(one.symbol),
    symbol: `${base}/${quote}:${settle}`,
    base: base ?? '',
    quote: quote ?? '',
    tick: shortDecimal(textOf(price.tickSize)) || null,
    lot: shortDecimal(textOf(lot.qtyStep)) || '1',
    minNotional: shortDecimal(textOf(lot.minNotionalValue)) || null,
    listedAt: numberOf(one.launchTime) || null,
  }
}

function judge(reply: Reply): Judgement {
  const { status, text } = reply
  // Only these words mean the limit; another 403 is the country's.
  if (status === 403 && /access too frequent/i.test(text))
    return { is: 'limited', waitMs: retryAfterMs(reply, BAN_MS), why: 'this address asked too often (403)' }
  if (status === 403) {
    const hint = 'it does not serve every country: run the download from a server elsewhere'
    return { is: 'refused', why: 'it refuses this address (403)', hint }
  }
  if (status === 429) return { is: 'limited', waitMs: retryAfterMs(reply, 5_000), why: 'too many requests (429)' }
  const byStatus = judgeStatus(reply)
  if (byStatus) return byStatus
  const { retCode, retMsg } = fieldsOf(readJson(text))
  const code = numberOf(retCode)
  if (code === 0) return { is: 'answer' }
  const why = `${textOf(retMsg)} (${code})`
  if (TOO_MANY_VISITS.has(code)) return { is: 'limited', waitMs: resetMs(reply), why }
  return TROUBLE.has(code) ? { is: 'trouble', why } : { is: 'refused', why }
}

/** The moment at which the limit is whole again comes with the answer. */
function resetMs({ headers }: Reply): number {
  const [at, now] = [Number(headers.get('x-bapi-limit-reset-timestamp')), Date.parse(headers.get('date') ?? '')]
  return at > now ? at - now : 5_000
}
