// What is traded at all venues of the sim: made-up prices that are the same in every run. The candle of a minute follows
// from the contract, the seed and the minute alone, so that any stretch of years can be asked for at once; longer candles
// are made of minutes, so that they agree.

export interface Contract {
  base: string
  /** Decimals of its price and of its size. */
  priceDecimals: number
  sizeDecimals: number
  /** Around which its price moves. */
  price: number
  /** Ms since the epoch. */
  listedAt: number
  /** Times at which nothing was traded, at no venue and in no archive. */
  gaps: { from: number; to: number }[]
}

export interface SimCandle {
  at: number
  /** In units of the last decimal. */
  open: number
  high: number
  low: number
  close: number
  volume: number
  trades: number
}

export const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

export const CONTRACTS: readonly Contract[] = [
  contract('BTC', 40_000, 1, 3, '2019-09-08T17:57:00Z'),
  contract('ETH', 2_500, 2, 3, '2019-11-27T07:45:00Z'),
  contract('SOL', 90, 3, 0, '2020-09-14T07:00:00Z'),
  contract('PEPE', 0.012, 7, 0, '2023-05-05T16:00:00Z'),
]

function contract(base: string, price: number, priceDecimals: number, sizeDecimals: number, listed: string): Contract {
  return { base, price, priceDecimals, sizeDecimals, listedAt: Date.parse(listed), gaps: [] }
}

export interface Market {
  contracts: Contract[]
  find(base: string): Contract | undefined
  /** The candle that opens then, as it is at `nowMs`: unfinished, or null when nothing was traded in it yet. */
  candle(contract: Contract, lengthMs: number, at: number, nowMs: number): SimCandle | null
}

const KEPT_HOURS = 200_000
/** Of a price, in a minute. */
const MINUTE_MOVE = 0.0004

export function openMarket(seed = 1): Market {
  const contracts = CONTRACTS.map((one) => ({ ...one, gaps: [...one.gaps] }))
  const hours = new Map<string, SimCandle | null>()
  const points = new Map<Contract, { before: number; a: number; b: number }[]>()
  let last = { one: null as Contract | null, at: 0, price: 0 }
  return { contracts, find: (base) => contracts.find((one) => one.base === base), candle }

  function candle(one: Contract, lengthMs: number, at: number, nowMs: number): SimCandle | null {
    const end = Math.min(at + lengthMs, nowMs)
    let whole: SimCandle | null = null
    for (let from = at; from < end; ) {
      const isHour = from % HOUR_MS === 0 && from + HOUR_MS <= end && lengthMs >= HOUR_MS
      whole = joined(whole, isHour ? hour(one, from) : minute(one, from), at)
      from += isHour ? HOUR_MS : MINUTE_MS
    }
    return whole
  }

  function hour(one: Contract, at: number): SimCandle | null {
    const key = `${one.base} ${at} ${one.gaps.length}`
    const kept = hours.get(key)
    if (kept !== undefined) return kept
    let whole: SimCandle | null = null
    for (let from = at; from < at + HOUR_MS; from += MINUTE_MS) whole = joined(whole, minute(one, from), at)
    if (hours.size > KEPT_HOURS) hours.clear()
    hours.set(key, whole)
    return whole
  }

  function minute(one: Contract, at: number): SimCandle | null {
    if (at + MINUTE_MS <= one.listedAt || one.gaps.some(({ from, to }) => at >= from && at < to)) return null
    const open = last.one === one && last.at === at ? last.price : priceAt(one, at)
    const close = priceAt(one, at + MINUTE_MS)
    last = { one, at: at + MINUTE_MS, price: close } // where the next minute opens
    const reach = Math.max(1, Math.round(one.price * 0.0006 * 10 ** one.priceDecimals))
    const high = Math.max(open, close) + Math.floor(noise(one, at, 1) * reach)
    const low = Math.max(1, Math.min(open, close) - Math.floor(noise(one, at, 2) * reach))
    const trades = Math.floor(noise(one, at, 3) * 400)
    const volume = Math.floor(noise(one, at, 4) * trades * 10 ** Math.max(1, one.sizeDecimals))
    return { at, open, high, low, close, volume, trades }
  }

  /**
   * In units of the last decimal. Noise on every scale from a quarter of an hour to a year, each twice as long as the one
   * before and by its square root as strong: it wanders as a price does, and any moment of it is reckoned at once.
   */
  function priceAt(one: Contract, at: number): number {
    let log = 0
    for (let scale = 4; scale <= 19; scale++)
      log += Math.sqrt(2 ** scale) * MINUTE_MOVE * wave(one, at / MINUTE_MS, scale)
    const price = one.price * Math.exp(log) * (1 + MINUTE_MOVE * (noise(one, at, 0) - 0.5))
    return Math.max(1, Math.round(price * 10 ** one.priceDecimals))
  }

  /** From -1 to 1, smooth between points that lie so many minutes apart (2^scale). */
  function wave(one: Contract, minute: number, scale: number): number {
    const place = minute / 2 ** scale
    const before = Math.floor(place)
    const part = place - before
    const { a, b } = pointsAt(one, before, scale)
    return 2 * (a + (b - a) * part * part * (3 - 2 * part)) - 1
  }

  /** Neighbouring minutes lie between the same points of nearly all scales. */
  function pointsAt(one: Contract, before: number, scale: number) {
    const ofContract = points.get(one) ?? []
    const kept = ofContract[scale]
    if (kept?.before === before) return kept
    const point = (place: number) => noise(one, place * MINUTE_MS, 16 + scale)
    const made = { before, a: point(before), b: point(before + 1) }
    ofContract[scale] = made
    points.set(one, ofContract)
    return made
  }

  /** From 0 to below 1, always the same. */
  function noise(one: Contract, at: number, which: number): number {
    let hash = seed ^ Math.imul(at / MINUTE_MS, 0x9e3779b1) ^ Math.imul(which + 1, 0x85ebca6b)
    for (const letter of one.base) hash = Math.imul(hash ^ letter.charCodeAt(0), 0xc2b2ae35)
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
    hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39)
    return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32
  }
}

function joined(whole: SimCandle | null, next: SimCandle | null, at: number): SimCandle | null {
  if (!whole || !next) return whole ?? (next && { ...next, at })
  return {
    at,
    open: whole.open,
    high: Math.max(whole.high, next.high),
    low: Math.min(whole.low, next.low),
    close: next.close,
    volume: whole.volume + next.volume,
    trades: whole.trades + next.trades,
  }
}

/** Units of the last decimal as the venues write them. */
export const decimal = (units: number, decimals: number): string => {
  if (decimals === 0) return String(units)
  const digits = String(units).padStart(decimals + 1, '0')
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}

/** Openings of finished candles and of the one that is not finished, within a stretch of time that is cut to what there is. */
export function candlesIn(
  market: Market,
  contract: Contract,
  lengthMs: number,
  { from, to }: { from: number; to: number },
  nowMs: number,
  most: { first?: number; last?: number } = {},
): SimCandle[] {
  const opening = (at: number) => Math.floor((at - offsetOf(lengthMs)) / lengthMs) * lengthMs + offsetOf(lengthMs)
  const start = Math.max(opening(contract.listedAt), opening(from - 1) + lengthMs)
  const end = Math.min(to, nowMs)
  const found: SimCandle[] = []
  if (most.last !== undefined) {
    for (let at = opening(end); at >= start && found.length < most.last; at -= lengthMs) {
      const candle = market.candle(contract, lengthMs, at, nowMs)
      if (candle) found.push(candle)
    }
    return found.reverse()
  }
  for (let at = start; at <= end && found.length < (most.first ?? Number.POSITIVE_INFINITY); at += lengthMs) {
    const candle = market.candle(contract, lengthMs, at, nowMs)
    if (candle) found.push(candle)
  }
  return found
}

/** Weeks begin on Mondays. */
const offsetOf = (lengthMs: number) => (lengthMs === 7 * DAY_MS ? 4 * DAY_MS : 0)
