// What a strategy wanted becomes orders, if risk lets it.
import type { Desk } from './desk.js'
import { equityOf } from './equity.js'
import type { Measure } from './measure.js'
import { positionOf } from './portfolio.js'
import { ticksAway } from './protect.js'
import { type Ask, assess } from './risk.js'
import type { Signal } from './strategy.js'
import type { Order, Position, RefusalCode, Side } from './types.js'

/** @param price the last close, in ticks */
export function obey(desk: Desk, symbol: string, signal: Signal, price: number): void {
  const wrong = wrongIn(signal, desk.measure(symbol))
  if (wrong !== '') return void refuse(desk, symbol, sideOf(signal), 'BAD_SIGNAL', wrong)
  if (signal.cancel) withdraw(desk, symbol)
  const position = positionOf(desk.state.portfolio, symbol)
  if (position && signal.exit && (signal.exit === 'both' || signal.exit === position.side))
    leave(desk, position, signal)
  if (signal.enter) enter(desk, symbol, signal.enter, signal, price)
}

/** All that a signal may say: a word that is none would be overheard, and its strategy would trade nothing without a reason. */
const WORDS: Record<keyof Signal, true> = {
  exit: true,
  enter: true,
  stop: true,
  takeProfit: true,
  price: true,
  exitPrice: true,
  goodForCandles: true,
  cancel: true,
  tag: true,
}

function wrongIn(signal: Signal, measure: Measure): string {
  if (typeof signal !== 'object') return `the strategy answered ${JSON.stringify(signal)}, which is no signal`
  for (const word in signal) if (!(word in WORDS)) return `the signal says "${word}", which means nothing`
  const { enter, stop, takeProfit, price, exitPrice, goodForCandles } = signal
  for (const [name, value] of Object.entries({ stop, takeProfit, price, exitPrice })) {
    if (value === undefined || measure.isPrice(value)) continue
    return `the signal's ${name} is ${value}, which is no price in ticks of ${measure.instrument.tick}`
  }
  if (goodForCandles !== undefined && !(Number.isInteger(goodForCandles) && goodForCandles > 0)) {
    return `the signal's goodForCandles is ${goodForCandles}`
  }
  return enter === undefined || enter === 'long' || enter === 'short' ? '' : `the signal enters "${String(enter)}"`
}

const sideOf = (signal: Signal): Side => (signal.enter === 'short' ? 'short' : 'long')

function leave(desk: Desk, position: Position, { exitPrice, goodForCandles = 1 }: Signal): void {
  if (exitPrice === undefined) return void desk.exit(position, 'exit-signal')
  const waiting = position.exitOrder === '' ? undefined : desk.order(position.exitOrder)
  if (waiting?.type === 'market') return
  if (waiting) desk.cancel(waiting.id)
  const { symbol, side, size, id } = position
  const order = desk.place({
    symbol,
    side: side === 'long' ? 'sell' : 'buy',
    type: 'limit',
    purpose: 'exit',
    size,
    position: id,
    price: desk.measure(symbol).ticks(exitPrice),
    reason: 'exit-signal',
    expiresAt: desk.now + goodForCandles * desk.setup.baseMs,
  })
  position.exitOrder = order.id
}

function enter(desk: Desk, symbol: string, side: Side, signal: Signal, close: number): void {
  const position = positionOf(desk.state.portfolio, symbol)
  const measure = desk.measure(symbol)
  const limit = signal.price === undefined ? 0 : measure.ticks(signal.price)
  const isStaying = position !== undefined && desk.order(position.exitOrder)?.type !== 'market'
  const isReversed = isStaying && position.side !== side && desk.setup.risk.opposite === 'reverse'
  if (isStaying && !isReversed) return void refuse(desk, symbol, side, 'ALREADY_OPEN', 'a position is open')
  withdraw(desk, symbol)
  // The position goes even where risk does not let the other side in: the strategy has left it.
  if (isReversed) desk.exit(position, 'reverse')
  const ask: Ask = {
    symbol,
    side,
    price: limit || close,
    stop: signal.stop === undefined ? 0 : measure.ticks(signal.stop),
    takeProfit: signal.takeProfit === undefined ? 0 : measure.ticks(signal.takeProfit),
    at: desk.now,
  }
  const { stop } = withUsualStop(desk, ask)
  const { portfolio, protections } = desk.state
  const waiting = desk.state.orders.filter(({ purpose }) => purpose === 'entry')
  const account = { portfolio, protections, equity: equityOf(desk), waiting }
  const assessed = assess({ ...ask, stop }, account, desk.setup, measure)
  if (!assessed.ok) return void refuse(desk, symbol, side, assessed.code, assessed.text)
  const { size, spend, maxNotional } = assessed
  desk.place({
    symbol,
    side: side === 'long' ? 'buy' : 'sell',
    type: limit ? 'limit' : 'market',
    purpose: 'entry',
    size,
    spend,
    maxNotional,
    price: limit,
    stop: ask.stop,
    takeProfit: ask.takeProfit,
    tag: signal.tag ?? '',
    expiresAt: limit ? desk.now + (signal.goodForCandles ?? 1) * desk.setup.baseMs : 0,
  })
}

/** For its size a stop by percentage counts from the expected price; its place is taken from the fill. */
function withUsualStop(desk: Desk, { stop, price, side }: Ask): { stop: number } {
  const { stopLossPercent, trailing } = desk.setup.risk
  const percent = stopLossPercent ?? trailing?.percent ?? null
  if (stop > 0 || percent === null) return { stop }
  return { stop: ticksAway(side, price, -percent) }
}

/** Cancels the entries that wait. */
export function withdraw(desk: Desk, symbol: string): void {
  const isWaiting = (order: Order) => order.symbol === symbol && order.purpose === 'entry'
  for (const { id } of desk.state.orders.filter(isWaiting)) desk.cancel(id)
}

function refuse(desk: Desk, symbol: string, side: Side, code: RefusalCode, text: string): void {
  desk.tell({ type: 'refused', symbol, at: desk.now, side, code, text })
}
