// The account: what is in it, what is open, and what a fill does to both. Cash changes by gross profits, fees and funding
// alone; what is open is worth its value at the last price less its cost, so that
//   equity = paidIn + realised − fees + funding + Σ (value − cost) · side
// holds to the last cash unit at every moment.
import { safe } from './exact.js'
import type { Measure } from './measure.js'
import type { Closed, ExitReason, Fill, Portfolio, Position, Side } from './types.js'

export function emptyPortfolio(cash: number): Portfolio {
  return { cash, paidIn: cash, realised: 0, fees: 0, funding: 0, positions: [] }
}

export const signOf = (side: Side): 1 | -1 => (side === 'long' ? 1 : -1)

/** Cash units that a position has gained at a price in ticks, fees and funding not counted. */
export function gained(position: Readonly<Position>, measure: Measure, price: number): number {
  return signOf(position.side) * (measure.notional(position.size, price) - position.cost)
}

/** What is open of a symbol; a session holds one position of each at most. */
export function positionOf(portfolio: Readonly<Portfolio>, symbol: string): Position | undefined {
  const { positions } = portfolio
  for (let i = 0; i < positions.length; i++) if (positions[i]?.symbol === symbol) return positions[i]
  return undefined
}

export interface Opening {
  id: number
  side: Side
  candle: number
  isInside: boolean
  tag: string
}

/** A filled entry becomes a position without stop or target yet. The portfolio is changed. */
export function openPosition(portfolio: Portfolio, fill: Fill, measure: Measure, opening: Opening): Position {
  const position: Position = {
    id: opening.id,
    symbol: fill.symbol,
    side: opening.side,
    size: fill.size,
    openedSize: fill.size,
    entryPrice: fill.price,
    entryAt: fill.at,
    entryCandle: opening.candle,
    isInside: opening.isInside,
    cost: measure.notional(fill.size, fill.price),
    entryFee: fill.fee,
    funding: 0,
    stop: 0,
    firstStop: 0,
    stopReason: 'stop-loss',
    takeProfit: 0,
    best: fill.price,
    partials: 0,
    stopOrder: '',
    takeProfitOrder: '',
    partialOrder: '',
    exitOrder: '',
    tag: opening.tag,
  }
  pay(portfolio, fill.fee)
  portfolio.positions.push(position)
  return position
}

/** A further fill of the same entry. Its price becomes the mean of all, to the nearest tick; its cost stays exact. */
export function addToPosition(portfolio: Portfolio, position: Position, fill: Fill, measure: Measure): void {
  const size = position.size + fill.size
  position.entryPrice = Math.round((position.entryPrice * position.size + fill.price * fill.size) / size)
  position.cost = safe(position.cost + measure.notional(fill.size, fill.price))
  position.size = size
  position.openedSize += fill.size
  position.entryFee += fill.fee
  pay(portfolio, fill.fee)
}

/** A fill closes all of a position or a part; what is left keeps its share of cost, fee and funding. The portfolio is changed. */
export function closePosition(
  portfolio: Portfolio,
  position: Position,
  fill: Fill,
  measure: Measure,
  { candle, reason }: { candle: number; reason: ExitReason },
): Closed {
  const isAll = fill.size >= position.size
  const size = isAll ? position.size : fill.size
  const cost = isAll ? position.cost : share(position.cost, size, position.size)
  const entryFee = isAll ? position.entryFee : share(position.entryFee, size, position.size)
  const funding = isAll ? position.funding : share(position.funding, size, position.size)
  const gross = signOf(position.side) * (measure.notional(size, fill.price) - cost)
  position.size -= size
  position.cost -= cost
  position.entryFee -= entryFee
  position.funding -= funding
  portfolio.realised = safe(portfolio.realised + gross)
  portfolio.cash = safe(portfolio.cash + gross)
  pay(portfolio, fill.fee)
  if (isAll) portfolio.positions.splice(portfolio.positions.indexOf(position), 1)
  return {
    position: position.id,
    symbol: position.symbol,
    side: position.side,
    size,
    entryPrice: position.entryPrice,
    entryAt: position.entryAt,
    entryCandle: position.entryCandle,
    exitPrice: fill.price,
    exitAt: fill.at,
    exitCandle: candle,
    cost,
    gross,
    fees: entryFee + fill.fee,
    funding,
    reason,
    tag: position.tag,
  }
}

/** Received (positive) or paid. The portfolio is changed. */
export function receiveFunding(portfolio: Portfolio, symbol: string, amount: number): void {
  portfolio.funding = safe(portfolio.funding + amount)
  portfolio.cash = safe(portfolio.cash + amount)
  const position = positionOf(portfolio, symbol)
  if (position) position.funding += amount
}

function pay(portfolio: Portfolio, fee: number): void {
  portfolio.fees = safe(portfolio.fees + fee)
  portfolio.cash = safe(portfolio.cash - fee)
}

/** Towards zero, so that shares never come to more than the whole. */
const share = (units: number, size: number, of: number): number => Number((BigInt(units) * BigInt(size)) / BigInt(of))
