// What stands guard over an open position: its stop, its target, its partial targets, its age. Decided at the entry and again
// with each closed candle; the orders themselves wait at the venue.
import type { Candle } from '../candles/candle.js'
import type { Desk } from './desk.js'
import type { Measure } from './measure.js'
import { signOf } from './portfolio.js'
import type { RiskSettings } from './settings.js'
import type { Ready } from './setup.js'
import type { Order, Position, Side, Target } from './types.js'

const MINUTE_MS = 60_000

/** A position was opened: its stop and targets go to the venue. */
export function protectNew(desk: Desk, position: Position, entry: Readonly<Order>): void {
  const { risk, doesVenueTrail } = desk.setup
  position.stop = entry.stop || away(position, -(risk.stopLossPercent ?? 0))
  position.takeProfit = entry.takeProfit || away(position, risk.takeProfitPercent ?? 0)
  if (!doesVenueTrail || position.stop === 0) trail(position, risk)
  position.firstStop = position.stop
  placeStop(desk, position)
  placeTarget(desk, position, 0)
  placePartial(desk, position)
}

/** A candle closed on an open position: guards move, and age may end it. */
export function guard(desk: Desk, position: Position, candle: Readonly<Candle>, measure: Measure): void {
  const { risk, doesVenueTrail, baseMs } = desk.setup
  const best = measure.ticks(bestSince(position, candle))
  if (signOf(position.side) * (best - position.best) > 0) position.best = best
  const age = candle.at + baseMs - position.entryAt
  if (isLeaving(desk, position)) return
  if (isTooOld(position, age, desk.setup, measure.ticks(candle.close))) {
    desk.exit(position, 'time-exit')
    return
  }
  const before = position.stop
  if (!doesVenueTrail && risk.trailing) trail(position, risk)
  if (risk.breakEven) breakEven(position, risk.breakEven)
  if (position.stop !== before && position.stopOrder !== '') desk.amend(position.stopOrder, { trigger: position.stop })
  else if (position.stopOrder === '') placeStop(desk, position)
  if (!doesVenueTrail && risk.profitByAge.length > 0) moveTarget(desk, position, age)
}

/** Of the candle inside which it began the close alone is known to have come after it. */
function bestSince({ side, entryAt, isInside }: Position, { at, high, low, close }: Readonly<Candle>): number {
  if (isInside && entryAt >= at) return close
  return side === 'long' ? high : low
}

/** A market order that closes it is on its way. */
function isLeaving(desk: Desk, { exitOrder }: Position): boolean {
  return exitOrder !== '' && desk.order(exitOrder)?.type === 'market'
}

/** After a partial close: what waits may not close more than is left. */
export function resizeGuards(desk: Desk, position: Position): void {
  const { size } = position
  for (const id of [position.stopOrder, position.takeProfitOrder, position.exitOrder]) {
    if (id !== '') desk.amend(id, { size })
  }
  placePartial(desk, position)
}

/** The price in ticks so many percent in the position's favour; 0 for 0. */
const away = ({ side, entryPrice }: Position, percent: number) => ticksAway(side, entryPrice, percent)

/** The same for a price: one tick away at least, and never at nothing. */
export function ticksAway(side: Side, price: number, percent: number): number {
  if (percent === 0) return 0
  const sign = signOf(side) * Math.sign(percent)
  const distance = Math.max(1, Math.abs(Math.round(price * (1 + (signOf(side) * percent) / 100)) - price))
  return Math.max(1, price + sign * distance)
}

function trail(position: Position, { trailing }: Readonly<RiskSettings>): void {
  if (!trailing) return
  const { side, best, entryPrice } = position
  const profitPercent = (signOf(side) * (best - entryPrice) * 100) / entryPrice
  const isPast = trailing.positivePercent !== null && profitPercent > trailing.offsetPercent
  const percent = isPast ? trailing.positivePercent : trailing.percent
  if (percent === null) return
  raise(position, Math.max(1, Math.round(best * (1 - (signOf(side) * percent) / 100))), 'trailing-stop')
}

function breakEven(position: Position, { atPercent, lockPercent }: { atPercent: number; lockPercent: number }): void {
  const { side, best, entryPrice } = position
  if (signOf(side) * (best - entryPrice) * 100 < atPercent * entryPrice) return
  raise(position, lockPercent === 0 ? entryPrice : away(position, lockPercent), 'break-even')
}

/** A stop only ever moves towards the price. */
function raise(position: Position, stop: number, why: Position['stopReason']): void {
  if (position.stop !== 0 && signOf(position.side) * (stop - position.stop) <= 0) return
  position.stop = stop
  position.stopReason = why
}

function isTooOld(position: Position, age: number, { risk, doesVenueTrail }: Ready, close: number): boolean {
  const { timeExit, profitByAge } = risk
  if (timeExit && age >= timeExit.afterMinutes * MINUTE_MS) {
    if (timeExit.belowPercent === null) return true
    const profit = signOf(position.side) * (close - position.entryPrice) * 100
    if (profit < timeExit.belowPercent * position.entryPrice) return true
  }
  return !doesVenueTrail && profitByAge.length > 0 && ratioAt(targetsOf(profitByAge), age) === -1
}

function placeStop(desk: Desk, position: Position): void {
  if (position.stop === 0) return
  const { risk, doesVenueTrail } = desk.setup
  const trailing = doesVenueTrail ? risk.trailing : null
  const order = desk.place({
    ...closing(position),
    type: 'stop',
    purpose: 'stop',
    trigger: position.stop,
    trail: trailing && {
      distance: trailing.percent === null ? null : trailing.percent / 100,
      offset: trailing.offsetPercent / 100,
      positiveDistance: trailing.positivePercent === null ? null : trailing.positivePercent / 100,
    },
  })
  position.stopOrder = order.id
}

function placeTarget(desk: Desk, position: Position, age: number): void {
  const { risk, doesVenueTrail } = desk.setup
  const targets = risk.profitByAge.length > 0 ? targetsOf(risk.profitByAge) : null
  const price = nearest(position, targets, age)
  if (price === 0 && !(doesVenueTrail && targets)) return
  const handed = doesVenueTrail ? targets : null
  const order = desk.place({
    ...closing(position),
    type: 'take-profit',
    purpose: 'take-profit',
    price: handed ? position.takeProfit : price,
    targets: handed,
  })
  position.takeProfitOrder = order.id
}

function moveTarget(desk: Desk, position: Position, age: number): void {
  const price = nearest(position, targetsOf(desk.setup.risk.profitByAge), age)
  if (position.takeProfitOrder === '') placeTarget(desk, position, age)
  else if (desk.order(position.takeProfitOrder)?.price !== price) desk.amend(position.takeProfitOrder, { price })
}

/** The fixed target or that of its age, whichever comes first on the way; 0 for none. */
function nearest(position: Position, targets: readonly Target[] | null, age: number): number {
  const ratio = targets ? ratioAt(targets, age) : undefined
  if (ratio === undefined) return position.takeProfit
  const aged = ratio === 0 ? position.entryPrice : away(position, ratio * 100)
  if (position.takeProfit === 0) return aged
  return position.side === 'long' ? Math.min(aged, position.takeProfit) : Math.max(aged, position.takeProfit)
}

/** The ratio of the last age reached; undefined before the first. */
export function ratioAt(targets: readonly Target[], age: number): number | undefined {
  let found: Target | undefined
  for (const target of targets) if (target.afterMs <= age && (!found || target.afterMs > found.afterMs)) found = target
  return found?.ratio
}

const targetsOf = (ages: RiskSettings['profitByAge']): Target[] =>
  ages.map(({ afterMinutes, percent }) => ({ afterMs: afterMinutes * MINUTE_MS, ratio: percent / 100 }))

function placePartial(desk: Desk, position: Position): void {
  const level = desk.setup.risk.partialTakeProfit[position.partials]
  if (!level || position.partialOrder !== '') return
  const size = Math.min(position.size, Math.floor(position.openedSize * level.part))
  if (size < 1) return
  const order = desk.place({
    ...closing(position),
    type: 'take-profit',
    purpose: 'partial-take-profit',
    reason: 'partial-take-profit',
    size,
    price: away(position, level.atPercent),
  })
  position.partialOrder = order.id
}

const closing = ({ symbol, side, size, id }: Position) => ({
  symbol,
  side: side === 'long' ? ('sell' as const) : ('buy' as const),
  size,
  position: id,
})
