// Hyperliquid's perpetuals, as documented under hyperliquid.gitbook.io, "For developers → API": info endpoint, rate limits,
// tick and lot size. One POST for everything; only the newest 5000 candles of each length can be had.
import { fieldsOf, judgeStatus, listIn, numberOf, readJson, retryAfterMs, rowFrom, stepOf, textOf } from './reading.js'
import { lengthOf, type Timeframe } from './timeframes.js'
import type { Instrument, Judgement, Reply, Venue } from './venue.js'

const MINUTE_MS = 60_000
const INFO_WEIGHT = 20
/** One more for each so many candles in the answer. */
const CANDLES_PER_WEIGHT = 60
const MIN_ORDER_USD = '10'

export const hyperliquid: Venue = {
  name: 'hyperliquid',
  title: 'Hyperliquid',
  url: 'https://api.hyperliquid.xyz',
  // Its 8h it has, 6h it has not; its weeks are not said to begin on Mondays.
  timeframes: new Set<Timeframe>(['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '8h', '12h', '1d']),
  limit: { weight: 1200, perMs: MINUTE_MS },
  pageCandles: 2500,
  keepsCandles: 5000,
  instruments: (url) => ({ method: 'POST', url: `${url}/info`, body: { type: 'meta' }, weight: INFO_WEIGHT }),
  readInstruments: (text) => {
    const universe = listIn(fieldsOf(readJson(text)).universe, 'coins')
    return { instruments: universe.map((coin) => instrumentOf(fieldsOf(coin))), next: null }
  },
  candles: (url, { instrument, timeframe, from, to }) => {
    const req = { coin: instrument.native, interval: timeframe, startTime: from, endTime: to - 1 }
    const most = Math.ceil((to - from) / lengthOf(timeframe))
    return { method: 'POST', url: `${url}/info`, body: { type: 'candleSnapshot', req }, weight: weightOf(most) }
  },
  firstCandle: null,
  readCandles: (text) =>
    listIn(readJson(text), 'candles')
      .map(fieldsOf)
      .map(({ t, o, h, l, c, v }) => rowFrom(t, [o, h, l, c, v])),
  judge,
  usedWeight: () => null,
}

export const weightOf = (candles: number): number => INFO_WEIGHT + Math.ceil(candles / CANDLES_PER_WEIGHT)

/** ccxt writes its coins in capitals: `kPEPE` is `KPEPE/USDC:USDC`. Prices have five significant figures, sizes `szDecimals`. */
function instrumentOf({ name, szDecimals }: Record<string, unknown>): Instrument {
  const native = textOf(name)
  const base = native.toUpperCase()
  return {
    venue: 'hyperliquid',
    native,
    symbol: `${base}/USDC:USDC`,
    base,
    quote: 'USDC',
    tick: null,
    lot: stepOf(numberOf(szDecimals)),
    minNotional: MIN_ORDER_USD,
    listedAt: null,
  }
}

function judge(reply: Reply): Judgement {
  const { status, text } = reply
  if (status === 429) return { is: 'limited', waitMs: retryAfterMs(reply, 10_000), why: 'too many requests (429)' }
  // An unknown coin is answered with 500 and `null`, and so is a coin of which there is nothing: names are looked up before.
  if (status === 422) return { is: 'refused', why: `it does not understand the question (422): ${text.slice(0, 200)}` }
  return judgeStatus(reply) ?? { is: 'answer' }
}
