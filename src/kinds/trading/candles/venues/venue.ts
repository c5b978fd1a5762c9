// What a venue is for whoever downloads its candles: a few documented questions, their weights, and how it says no.
// Three plain GETs and POSTs: ccxt would do the same with its own idea of the weights (docs/candles.md).
import type { Row } from '../cache/columns.js'
import type { Timeframe } from './timeframes.js'

export const VENUES = ['binanceusdm', 'bybit', 'hyperliquid'] as const
export type VenueName = (typeof VENUES)[number]

/** A perpetual contract. Decimals are text, as the venue gives them. */
export interface Instrument {
  venue: VenueName
  /** The venue's own name: `BTCUSDT`, `BTC`. */
  native: string
  /** As ccxt writes it: `BTC/USDT:USDT`. */
  symbol: string
  base: string
  quote: string
  /** The smallest step of a price; null: it depends on the price (Hyperliquid: five significant figures). */
  tick: string | null
  /** The smallest step of a size, in the base asset. */
  lot: string
  /** The smallest order, in the quote asset; null: not said. */
  minNotional: string | null
  /** Since when it is traded, ms since the epoch; null: not said. */
  listedAt: number | null
}

export interface Request {
  method: 'GET' | 'POST'
  url: string
  body?: object
  /** Of the venue's limit for an address. */
  weight: number
}

/** What came back, before anybody knows whether it is an answer. */
export interface Reply {
  status: number
  /** Lower-case names. */
  headers: ReadonlyMap<string, string>
  text: string
}

export type Judgement =
  | { is: 'answer' }
  /** The venue asks for quiet, for all of this address. */
  | { is: 'limited'; waitMs: number; why: string }
  /** Nothing against the question: the same one may be answered next time. */
  | { is: 'trouble'; why: string }
  /** It would be refused again. */
  | { is: 'refused'; why: string; hint?: string }

/** One that a page is asked for: openings from `from` to before `to`, not more than a page holds. */
export interface Wanted {
  instrument: Instrument
  timeframe: Timeframe
  from: number
  to: number
}

export interface InstrumentsPage {
  instruments: Instrument[]
  /** Where the next page begins; null: this was the last. */
  next: string | null
}

export interface Venue {
  name: VenueName
  title: string
  /** Where it answers; a stand-in's address takes its place. */
  url: string
  timeframes: ReadonlySet<Timeframe>
  /** The most weight that one address may use, as documented. */
  limit: { weight: number; perMs: number }
  /** The most candles in one answer that are worth their weight. */
  pageCandles: number
  /** It answers for the newest only, the unfinished one among them; null: for all since the listing. */
  keepsCandles: number | null
  /** One request after another until it says there is no more. */
  instruments(url: string, cursor: string | null): Request
  readInstruments(text: string): InstrumentsPage
  candles(url: string, wanted: Wanted): Request
  /** Asks for the very first candle; null: the listing date says it. */
  firstCandle: ((url: string, wanted: Pick<Wanted, 'instrument' | 'timeframe'>) => Request) | null
  readCandles(text: string): Row[]
  judge(reply: Reply): Judgement
  /** Of the weight that the address has used in this window, as the venue counts it; null: it does not say. */
  usedWeight(reply: Reply): number | null
}
