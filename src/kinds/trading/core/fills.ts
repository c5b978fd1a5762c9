// What the venue says happened to an order.
import type { Desk } from './desk.js'
import { addToPosition, closePosition, openPosition, positionOf } from './portfolio.js'
import { protectNew, resizeGuards } from './protect.js'
import { countStop } from './protections.js'
import type { Closed, Event, ExitReason, Fill, Order, Position } from './types.js'

export function filled(desk: Desk, fill: Fill): void {
  const order = desk.order(fill.order)
  if (!order) return void desk.note('UNKNOWN_ORDER', `a fill of ${fill.order}, which this core did not place`)
  if (order.purpose === 'entry') return void entered(desk, order, fill)
  const position = desk.position(order.position)
  if (!position) {
    desk.forget(order.id)
    return void desk.note('UNKNOWN_ORDER', `a fill of ${order.id}, whose position is closed`)
  }
  left(desk, order, position, fill)
}

function entered(desk: Desk, order: Order, fill: Fill): void {
  const { state } = desk
  const measure = desk.measure(fill.symbol)
  const isWhole = order.size === 0 || fill.size >= order.size
  if (isWhole) desk.forget(order.id)
  else order.size -= fill.size
  if (order.position !== 0) {
    const position = desk.position(order.position)
    if (!position) return void desk.note('UNKNOWN_ORDER', `more of ${order.id}, whose position is closed`)
    addToPosition(state.portfolio, position, fill, measure)
    return void resizeGuards(desk, position)
  }
  const position = openPosition(state.portfolio, fill, measure, {
    id: state.nextPosition++,
    side: order.side === 'buy' ? 'long' : 'short',
    candle: candleOf(desk, fill),
    isInside: order.type === 'limit' && fill.isMaker,
    tag: order.tag,
  })
  order.position = position.id
  protectNew(desk, position, order)
}

function left(desk: Desk, order: Order, position: Position, fill: Fill): void {
  const { portfolio, protections } = desk.state
  if (fill.size >= order.size) desk.forget(order.id)
  else order.size -= fill.size
  const reason = fill.reason ?? order.reason ?? usualReason(order, position)
  const candle = candleOf(desk, fill)
  const trade = closePosition(portfolio, position, fill, desk.measure(fill.symbol), { candle, reason })
  desk.tell({ type: 'closed', trade })
  clearRefs(position, order, fill)
  if (position.size > 0) resizeGuards(desk, position)
  else for (const id of guardsOf(position)) desk.cancel(id)
  if (order.purpose === 'stop') {
    const isLoss = profitOf(trade) < 0
    const alarm = countStop(protections, { symbol: fill.symbol, at: fill.at, isLoss }, desk.setup.risk)
    if (alarm) desk.note(alarm.code, alarm.text)
  }
}

/** Its number: a fill at the close comes after the candle was counted. */
function candleOf(desk: Desk, { symbol, at }: Fill): number {
  const { candles, lastAt } = desk.market(symbol)
  return at <= lastAt ? candles - 1 : candles
}

/** The venue took the position: it is closed at the price the venue says, and trading halts for want of money. */
export function liquidated(desk: Desk, event: Event & { type: 'liquidated' }): void {
  const { symbol } = event
  const position = positionOf(desk.state.portfolio, symbol)
  if (!position) return void desk.note('UNKNOWN_ORDER', `a liquidation of ${symbol}, of which nothing is open`)
  const fill: Fill = { ...event, order: '', size: position.size, isMaker: false }
  const ending = { candle: candleOf(desk, fill), reason: 'liquidation' as const }
  const trade = closePosition(desk.state.portfolio, position, fill, desk.measure(symbol), ending)
  desk.tell({ type: 'closed', trade })
  for (const id of guardsOf(position)) desk.cancel(id)
}

const profitOf = ({ gross, fees, funding }: Closed) => gross - fees + funding

function usualReason({ purpose }: Order, { stopReason }: Position): ExitReason {
  if (purpose === 'stop') return stopReason
  return purpose === 'take-profit' || purpose === 'partial-take-profit' ? purpose : 'exit-signal'
}

function clearRefs(position: Position, order: Order, fill: Fill): void {
  if (fill.size < order.size) return
  if (position.partialOrder === order.id) position.partials++
  forgetRef(position, order.id)
}

function forgetRef(position: Position, id: string): void {
  if (position.stopOrder === id) position.stopOrder = ''
  if (position.takeProfitOrder === id) position.takeProfitOrder = ''
  if (position.partialOrder === id) position.partialOrder = ''
  if (position.exitOrder === id) position.exitOrder = ''
}

const guardsOf = ({ stopOrder, takeProfitOrder, partialOrder, exitOrder }: Position) =>
  [stopOrder, takeProfitOrder, partialOrder, exitOrder].filter((id) => id !== '')

/** The venue cancelled or refused an order. A position whose stop is refused is closed at the market. */
export function gone(desk: Desk, id: string, refusal?: string): void {
  const order = desk.forget(id)
  if (!order) return
  const position = order.position === 0 ? undefined : desk.position(order.position)
  if (position) forgetRef(position, id)
  if (refusal === undefined) return
  if (order.purpose === 'entry') {
    const side = order.side === 'buy' ? 'long' : 'short'
    desk.tell({ type: 'refused', symbol: order.symbol, at: desk.now, side, code: 'NO_MARGIN', text: refusal })
    return
  }
  desk.note('REJECTED', `${order.purpose} ${id}: ${refusal}`)
  if (position && order.purpose === 'stop') desk.exit(position, 'stop-loss')
}
