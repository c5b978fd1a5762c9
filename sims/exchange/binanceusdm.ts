// Binance USD-M futures: the documented market data, weights, errors and bans. Orders come with the brokers.
import { type Contract, candlesIn, decimal, type SimCandle } from './market.js'
import { type Answer, type Call, json, LENGTHS_MS, type VenueSim, type World } from './venue-sim.js'
import { openWindow } from './window.js'

const LIMIT = 2400
const MINUTE_MS = 60_000
/** Requests after a 429 that are still answered with one; then the address is banned. */
const PATIENCE = 5
const BAN_MS = 2 * MINUTE_MS
const NUMBER = /^[0-9]{1,20}$/

class Refused extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

export function binanceusdmSim({ market, clock }: World): VenueSim {
  const window = openWindow(clock, MINUTE_MS)
  let [tooMany, bannedUntil] = [0, 0]
  return {
    name: 'binanceusdm',
    serves: ({ path }) => path.startsWith('/fapi/'),
    answer,
    spend: window.spend,
    used: window.used,
  }

  function answer(call: Call): Answer {
    const now = clock.now()
    if (now < bannedUntil) return banned()
    const weight = weightOf(call)
    if (window.used() + weight > LIMIT) return limited()
    tooMany = 0
    const headers = { 'x-mbx-used-weight-1m': String(window.spend(weight)) }
    try {
      return json(200, body(call, now), headers)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return json(400, { code: error.code, msg: error.message }, headers)
    }
  }

  function limited(): Answer {
    if (++tooMany > PATIENCE) {
      bannedUntil = clock.now() + BAN_MS
      return banned()
    }
    const msg = `Too many requests; current limit of IP(127.0.0.1) is ${LIMIT} requests per minute. Please use the websocket for live updates to avoid polling the API.`
    return json(
      429,
      { code: -1003, msg },
      { 'retry-after': seconds(window.leftMs()), 'x-mbx-used-weight-1m': String(window.used()) },
    )
  }

  function banned(): Answer {
    const msg = `Way too many requests; IP(127.0.0.1) banned until ${bannedUntil}. Please use the websocket for live updates to avoid bans.`
    return json(418, { code: -1003, msg }, { 'retry-after': seconds(bannedUntil - clock.now()) })
  }

  function body({ method, path, query }: Call, now: number): unknown {
    if (method !== 'GET') throw new Refused(-1000, 'Request method is not valid for this route.')
    switch (path) {
      case '/fapi/v1/ping':
        return {}
      case '/fapi/v1/time':
        return { serverTime: now }
      case '/fapi/v1/exchangeInfo':
        return exchangeInfo(now)
      case '/fapi/v1/klines':
        return klines(query, now)
      default:
        throw new Refused(-5000, `Path ${path}, Method GET is invalid`)
    }
  }

  function exchangeInfo(now: number) {
    return {
      timezone: 'UTC',
      serverTime: now,
      rateLimits: [{ rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: LIMIT }],
      symbols: market.contracts.map(symbolOf),
    }
  }

  function klines(query: URLSearchParams, now: number): unknown[] {
    const contract = market.contracts.find((one) => nativeOf(one) === needed(query, 'symbol'))
    if (!contract) throw new Refused(-1121, 'Invalid symbol.')
    const lengthMs = LENGTHS_MS[needed(query, 'interval')]
    if (lengthMs === undefined) throw new Refused(-1120, 'Invalid interval.')
    const limit = number(query, 'limit') ?? 500
    if (limit < 1 || limit > 1500) throw new Refused(-1130, "Data sent for parameter 'limit' is not valid.")
    const [from, to] = [number(query, 'startTime'), number(query, 'endTime') ?? now]
    if (from !== undefined && from > to) throw new Refused(-1023, 'Start time is greater than end time.')
    const most = from === undefined ? { last: limit } : { first: limit }
    return candlesIn(market, contract, lengthMs, { from: from ?? 0, to }, now, most).map((candle) =>
      klineOf(contract, candle, lengthMs),
    )
  }
}

export const nativeOf = ({ base }: Contract) => (base === 'PEPE' ? '1000PEPEUSDT' : `${base}USDT`)

/** As in answers and in archives: twelve fields. */
export function klineOf({ priceDecimals, sizeDecimals }: Contract, candle: SimCandle, lengthMs: number) {
  const price = (units: number) => decimal(units, priceDecimals)
  const volume = decimal(candle.volume, sizeDecimals)
  const quote = (Number(volume) * Number(price(candle.close))).toFixed(5)
  const half = decimal(Math.floor(candle.volume / 2), sizeDecimals)
  const halfQuote = (Number(half) * Number(price(candle.close))).toFixed(5)
  const { at, open, high, low, close, trades } = candle
  return [
    at,
    price(open),
    price(high),
    price(low),
    price(close),
    volume,
    at + lengthMs - 1,
    quote,
    trades,
    half,
    halfQuote,
    '0',
  ]
}

function symbolOf(contract: Contract) {
  const base = contract.base === 'PEPE' ? '1000PEPE' : contract.base
  const step = (decimals: number) => decimal(1, decimals)
  return {
    symbol: nativeOf(contract),
    pair: nativeOf(contract),
    contractType: 'PERPETUAL',
    // As at the real one, where the first candles are older than the date that is told.
    onboardDate: contract.listedAt + (contract.base === 'BTC' ? 17 * 86_400_000 : 0),
    status: 'TRADING',
    baseAsset: base,
    quoteAsset: 'USDT',
    marginAsset: 'USDT',
    filters: [
      { filterType: 'PRICE_FILTER', tickSize: step(contract.priceDecimals) },
      { filterType: 'LOT_SIZE', stepSize: step(contract.sizeDecimals), minQty: step(contract.sizeDecimals) },
      { filterType: 'MIN_NOTIONAL', notional: '5' },
    ],
  }
}

function weightOf({ path, query }: Call): number {
  if (path !== '/fapi/v1/klines') return 1
  const limit = Number(query.get('limit') ?? 500)
  if (limit < 100) return 1
  if (limit < 500) return 2
  return limit <= 1000 ? 5 : 10
}

function needed(query: URLSearchParams, name: string): string {
  const value = query.get(name)
  if (!value) throw new Refused(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`)
  return value
}

function number(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name)
  if (value === null) return undefined
  if (!NUMBER.test(value))
    throw new Refused(-1100, `Illegal characters found in parameter '${name}'; legal range is '${NUMBER.source}'.`)
  return Number(value)
}

const seconds = (ms: number) => String(Math.max(1, Math.ceil(ms / 1000)))
