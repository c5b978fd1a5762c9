// Bybit's v5 market data for linear perpetuals: everything is HTTP 200 with a `retCode`, candles come newest first, and an
// address that asks too often hears 403 for ten minutes. Orders come with the brokers.
import { type Contract, candlesIn, decimal } from './market.js'
import { type Answer, type Call, json, LENGTHS_MS, type VenueSim, type World } from './venue-sim.js'
import { openWindow } from './window.js'

const LIMIT = 600
const WINDOW_MS = 5_000
const BAN_MS = 10 * 60_000
const BAD_PARAMETERS = 10001

const INTERVALS: Readonly<Record<string, string>> = {
  '1': '1m',
  '3': '3m',
  '5': '5m',
  '15': '15m',
  '30': '30m',
  '60': '1h',
  '120': '2h',
  '240': '4h',
  '360': '6h',
  '720': '12h',
  D: '1d',
  W: '1w',
}

class Refused extends Error {
  readonly code: number
  constructor(message: string, code = BAD_PARAMETERS) {
    super(message)
    this.code = code
  }
}

export function bybitSim({ market, clock }: World): VenueSim {
  const window = openWindow(clock, WINDOW_MS)
  let bannedUntil = 0
  return {
    name: 'bybit',
    serves: ({ path }) => path.startsWith('/v5/'),
    answer,
    spend: window.spend,
    used: window.used,
  }

  function answer(call: Call): Answer {
    const now = clock.now()
    if (now >= bannedUntil && window.spend(1) > LIMIT) bannedUntil = now + BAN_MS
    if (now < bannedUntil)
      return { status: 403, headers: { 'content-type': 'text/plain' }, body: '403, access too frequent.' }
    try {
      return said(0, 'OK', result(call, now), now)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return said(error.code, error.message, {}, now)
    }
  }

  function result({ method, path, query }: Call, now: number): object {
    if (method !== 'GET') throw new Refused('Request method is not supported', 10017)
    switch (path) {
      case '/v5/market/time':
        return { timeSecond: String(Math.floor(now / 1000)), timeNano: `${now}000000` }
      case '/v5/market/instruments-info':
        return instruments(query)
      case '/v5/market/kline':
        return kline(query, now)
      default:
        throw new Refused('Route not found', 10017)
    }
  }

  function instruments(query: URLSearchParams): object {
    throwIfNotLinear(query)
    const limit = number(query, 'limit', { usual: 500, most: 1000 })
    const symbol = query.get('symbol')
    const all = market.contracts.filter((one) => symbol === null || nativeOf(one) === symbol)
    if (all.length === 0) throw new Refused('params error: symbol invalid')
    const from = Number(query.get('cursor') ?? 0)
    const list = all.slice(from, from + limit).map(instrumentOf)
    return { category: 'linear', list, nextPageCursor: from + limit < all.length ? String(from + limit) : '' }
  }

  function kline(query: URLSearchParams, now: number): object {
    throwIfNotLinear(query)
    const symbol = query.get('symbol') ?? ''
    const contract = market.contracts.find((one) => nativeOf(one) === symbol)
    if (!contract) throw new Refused('params error: symbol invalid')
    const lengthMs = LENGTHS_MS[INTERVALS[query.get('interval') ?? ''] ?? '']
    if (lengthMs === undefined) throw new Refused('Invalid period!')
    const limit = number(query, 'limit', { usual: 200, most: 1000 })
    const [start, end] = [number(query, 'start', { usual: -1 }), number(query, 'end', { usual: -1 })]
    const isFromStart = start >= 0 && end < 0
    const span = { from: Math.max(0, start), to: end < 0 ? now : end }
    const found = candlesIn(market, contract, lengthMs, span, now, isFromStart ? { first: limit } : { last: limit })
    const price = (units: number) => decimal(units, contract.priceDecimals)
    const list = found.reverse().map(({ at, open, high, low, close, volume }) => {
      const size = decimal(volume, contract.sizeDecimals)
      const turnover = (Number(size) * Number(price(close))).toFixed(4)
      return [String(at), price(open), price(high), price(low), price(close), size, turnover]
    })
    return { category: 'linear', symbol, list }
  }
}

const said = (retCode: number, retMsg: string, result: object, time: number): Answer =>
  json(200, { retCode, retMsg, result, retExtInfo: {}, time })

const nativeOf = ({ base }: Contract) => (base === 'PEPE' ? '1000PEPEUSDT' : `${base}USDT`)

const instrumentOf = (contract: Contract) => ({
  symbol: nativeOf(contract),
  contractType: 'LinearPerpetual',
  status: 'Trading',
  baseCoin: contract.base === 'PEPE' ? '1000PEPE' : contract.base,
  quoteCoin: 'USDT',
  settleCoin: 'USDT',
  launchTime: String(contract.listedAt),
  deliveryTime: '0',
  priceScale: String(contract.priceDecimals),
  leverageFilter: { minLeverage: '1', maxLeverage: '100.00', leverageStep: '0.01' },
  priceFilter: { minPrice: decimal(1, contract.priceDecimals), tickSize: decimal(1, contract.priceDecimals) },
  lotSizeFilter: {
    minNotionalValue: '5',
    minOrderQty: decimal(1, contract.sizeDecimals),
    qtyStep: decimal(1, contract.sizeDecimals),
  },
})

function throwIfNotLinear(query: URLSearchParams) {
  if (query.get('category') !== 'linear') throw new Refused('Illegal category')
}

/** @param range a number beyond the documented most is refused */
function number(query: URLSearchParams, name: string, range: { usual: number; most?: number }): number {
  const text = query.get(name)
  if (text === null) return range.usual
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= (range.most ? 1 : 0) && value <= (range.most ?? Number.MAX_SAFE_INTEGER)))
    throw new Refused(`params error: ${name} invalid`)
  return value
}
