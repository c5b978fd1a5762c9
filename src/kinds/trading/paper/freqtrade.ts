// The assumptions about what happens inside a candle that freqtrade documents (docs/backtesting.md, "Assumptions made by
// backtesting"), written anew from its documentation and its truth tables. They differ from the strict rules: a stop trails
// inside the candle (its high counts before its low, unless the old stop was hit already), an old stop goes before the target
// and a trailed one after it, a stop fills at its own price wherever the candle reaches it (at the open when the whole candle
// lies beyond it), a target fills at its own price, and a limit beyond the candle at the candle's end.
import { ratioAt } from '../core/protect.js'
import type { ExitReason, Position, Trail } from '../core/types.js'
import type { Waiting } from './book.js'
import type { CandleTicks } from './candle-ticks.js'
import type { Hit } from './strict.js'

export interface FreqtradeHit extends Hit {
  reason?: ExitReason
}

/** @param position what is open of the symbol; @param baseMs the candle's length */
export function freqtradeHit(
  waiting: readonly Waiting[],
  symbol: string,
  position: Readonly<Position> | undefined,
  candle: CandleTicks,
  baseMs: number,
): FreqtradeHit | undefined {
  if (!position) return entryHit(waiting, symbol, candle)
  const stop = waiting.find(({ order }) => order.position === position.id && order.type === 'stop')
  const target = waiting.find(({ order }) => order.position === position.id && order.purpose === 'take-profit')
  const limit = waiting.find(({ order }) => order.position === position.id && order.type === 'limit')
  const partial = waiting.find(({ order }) => order.position === position.id && order.purpose === 'partial-take-profit')
  const stopped = stop && stopHit(stop, position, candle)
  return (
    (limit && clampedHit(limit, candle)) ??
    (stopped?.reason === 'stop-loss' ? stopped : undefined) ??
    (partial && partialHit(partial, position, candle)) ??
    (target && targetHit(target, position, candle, baseMs)) ??
    stopped
  )
}

function entryHit(waiting: readonly Waiting[], symbol: string, candle: CandleTicks): FreqtradeHit | undefined {
  const entry = waiting.find(
    ({ order }) => order.symbol === symbol && order.purpose === 'entry' && order.type === 'limit',
  )
  return entry && clampedHit(entry, candle)
}

/** A limit is taken to have been placed inside the candle: a buy above its high is one at its high. */
function clampedHit(waiting: Waiting, { high, low }: CandleTicks): Hit | undefined {
  const { side, price } = waiting.order
  const clamped = side === 'buy' ? Math.min(price, high) : Math.max(price, low)
  return clamped >= low && clamped <= high ? { waiting, price: clamped, isMaker: true } : undefined
}

const sign = ({ side }: Readonly<Position>) => (side === 'long' ? 1 : -1)

function stopHit(waiting: Waiting, position: Readonly<Position>, candle: CandleTicks): FreqtradeHit | undefined {
  const { order } = waiting
  const s = sign(position)
  const [best, worst] = s > 0 ? [candle.high, candle.low] : [candle.low, candle.high]
  let distance: number | null = null
  if (order.trail && s * (worst - order.trigger) > 0) {
    distance = distanceAt(order.trail, (s * (best - position.entryPrice)) / position.entryPrice)
    const trailed = distance === null ? order.trigger : Math.round(best * (1 - s * distance))
    if (s * (trailed - order.trigger) > 0) order.trigger = trailed
  }
  if (s * (worst - order.trigger) > 0) return undefined
  const reason = order.trigger === waiting.firstTrigger ? 'stop-loss' : 'trailing-stop'
  const isBeyond = s * (order.trigger - best) > 0
  if (isBeyond) return { waiting, price: candle.open, isMaker: false, reason }
  const isFirstCandle = position.entryAt === candle.at
  const price =
    reason === 'trailing-stop' && isFirstCandle ? worstCase(order.trail, distance, s, candle) : order.trigger
  return { waiting, price, isMaker: false, reason }
}

function distanceAt({ distance, offset, positiveDistance }: Trail, profit: number): number | null {
  if (distance === null && profit < offset) return null
  return positiveDistance !== null && profit > offset ? positiveDistance : distance
}

/** In the candle of the entry: the price went just as far as to arm the stop, and then straight down to it. */
function worstCase(trail: Trail | null, distance: number | null, s: number, { open, high, low }: CandleTicks): number {
  const isArmedByOffset = trail !== null && trail.distance === null && trail.positiveDistance !== null
  const ratio = isArmedByOffset ? trail.offset - (trail.positiveDistance ?? 0) : -(distance ?? 0)
  const price = Math.round(open * (1 + s * ratio))
  return s > 0 ? Math.max(low, price) : Math.min(high, price)
}

function partialHit(waiting: Waiting, position: Readonly<Position>, { high, low }: CandleTicks): Hit | undefined {
  const s = sign(position)
  const { price } = waiting.order
  if (s * ((s > 0 ? high : low) - price) <= 0) return undefined
  return { waiting, price: Math.min(Math.max(price, low), high), isMaker: true }
}

function targetHit(
  waiting: Waiting,
  position: Readonly<Position>,
  candle: CandleTicks,
  baseMs: number,
): FreqtradeHit | undefined {
  const s = sign(position)
  const { entryPrice } = position
  const age = candle.at - position.entryAt
  const { targets, price: fixed } = waiting.order
  const ratio = targets ? ratioAt(targets, age) : undefined
  if (ratio === undefined && fixed === 0) return undefined
  const aged = ratio === undefined ? fixed : Math.round(entryPrice * (1 + s * ratio))
  const target = fixed === 0 ? aged : s > 0 ? Math.min(fixed, aged) : Math.max(fixed, aged)
  const best = s > 0 ? candle.high : candle.low
  if (s * (best - target) <= 0) return undefined
  const since = targets?.findLast(({ afterMs }) => afterMs <= age)?.afterMs ?? 0
  const beganAtOpen = age > 0 && since % baseMs === 0
  if (beganAtOpen && ratio === -1) return { waiting, price: candle.open, isMaker: false }
  if (beganAtOpen && since === age && s * (candle.open - target) > 0)
    return { waiting, price: candle.open, isMaker: false }
  if (age === 0 && wasEnteredBelow(position, target, candle, s)) return undefined
  return { waiting, price: Math.min(Math.max(target, candle.low), candle.high), isMaker: true }
}

/** Entered below the open of a candle that then fell: whether the target came after the entry nobody can tell. */
function wasEnteredBelow({ entryPrice }: Readonly<Position>, target: number, { open, close }: CandleTicks, s: number) {
  return s * (open - close) > 0 && s * (open - entryPrice) > 0 && s * (target - close) > 0
}
