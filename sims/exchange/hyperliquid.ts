// Hyperliquid's `POST /info` for perpetuals: no error bodies worth the name, no headers that tell of limits, and of each
// length of candles the newest 5000 only. Orders come with the brokers.
import { type Contract, candlesIn, decimal } from './market.js'
import { type Answer, type Call, json, LENGTHS_MS, type VenueSim, type World } from './venue-sim.js'
import { openWindow } from './window.js'

const LIMIT = 1200
const MINUTE_MS = 60_000
const INFO_WEIGHT = 20
const CANDLES_PER_WEIGHT = 60
const KEPT_CANDLES = 5000
const NOT_HERE = new Set(['6h', '1w'])

export function hyperliquidSim({ market, clock }: World): VenueSim {
  const window = openWindow(clock, MINUTE_MS)
  return {
    name: 'hyperliquid',
    serves: ({ path }) => path === '/info',
    answer,
    spend: window.spend,
    used: window.used,
  }

  function answer(call: Call): Answer {
    if (call.method !== 'POST') return { status: 405, body: '' }
    if (!call.contentType.startsWith('application/json'))
      return text(415, 'Expected request with `Content-Type: application/json`')
    if (window.used() + INFO_WEIGHT > LIMIT) return json(429, null)
    window.spend(INFO_WEIGHT)
    const question = parsed(call.body)
    if (question?.type === 'meta') return json(200, { universe: market.contracts.map(coinOf), marginTables: [] })
    if (question?.type === 'candleSnapshot') return candles(question.req)
    return misunderstood()
  }

  function candles(req: unknown): Answer {
    if (typeof req !== 'object' || req === null) return misunderstood()
    const { coin, interval, startTime, endTime = clock.now() } = req as Record<string, unknown>
    const lengthMs = NOT_HERE.has(String(interval)) ? undefined : LENGTHS_MS[String(interval)]
    if (typeof coin !== 'string' || lengthMs === undefined || !isTime(startTime) || !isTime(endTime))
      return misunderstood()
    const contract = market.contracts.find((one) => nativeOf(one) === coin)
    if (!contract) return json(500, null)
    const now = clock.now()
    const newest = Math.floor(now / lengthMs) * lengthMs
    const from = Math.max(startTime, newest - (KEPT_CANDLES - 1) * lengthMs)
    const found = candlesIn(market, contract, lengthMs, { from, to: endTime }, now, { last: KEPT_CANDLES })
    window.spend(Math.floor(found.length / CANDLES_PER_WEIGHT))
    const price = (units: number) => shortened(decimal(units, contract.priceDecimals))
    return json(
      200,
      found.map(({ at, open, high, low, close, volume, trades }) => ({
        t: at,
        T: at + lengthMs - 1,
        s: coin,
        i: interval,
        o: price(open),
        c: price(close),
        h: price(high),
        l: price(low),
        v: shortened(decimal(volume, contract.sizeDecimals)),
        n: trades,
      })),
    )
  }
}

const nativeOf = ({ base }: Contract) => (base === 'PEPE' ? 'kPEPE' : base)
const coinOf = (contract: Contract) => ({
  name: nativeOf(contract),
  szDecimals: contract.sizeDecimals,
  maxLeverage: 40,
})
const isTime = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0
/** `29258.0`: no zeros at its end but one. */
const shortened = (text: string) => (text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '.0') : `${text}.0`)
const text = (status: number, body: string): Answer => ({ status, headers: { 'content-type': 'text/plain' }, body })
const misunderstood = () => text(422, 'Failed to deserialize the JSON body into the target type')

function parsed(body: string): { type?: unknown; req?: unknown } | null {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' ? value : null
  } catch {
    return null // answered as misunderstood
  }
}
