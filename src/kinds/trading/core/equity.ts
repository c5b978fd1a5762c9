// What the account is worth at the last prices.
import type { Measure } from './measure.js'
import { signOf } from './portfolio.js'
import type { MarketState, State } from './types.js'

/** What so many lots of a symbol were worth when it was last asked: with each candle it is asked more than once. */
export interface Valued {
  symbol: string
  size: number
  price: number
  worth: number
}

export const unvalued = (): Valued => ({ symbol: '', size: 0, price: 0, worth: 0 })

/** Who knows the last prices: the desk. */
export interface Pricing {
  readonly state: State
  readonly valued: Valued
  market(symbol: string): MarketState
  measure(symbol: string): Measure
}

/** Cash units: cash and what open positions have gained at the last close of their symbols. */
export function equityOf(desk: Pricing): number {
  const { cash, positions } = desk.state.portfolio
  let equity = cash
  for (let i = 0; i < positions.length; i++) {
    const position = positions[i]
    if (position === undefined) continue
    const { symbol, size, side, cost } = position
    equity += signOf(side) * (worthOf(desk, symbol, size) - cost)
  }
  return equity
}

function worthOf(desk: Pricing, symbol: string, size: number): number {
  const { valued } = desk
  const price = desk.market(symbol).lastPrice
  if (valued.price !== price || valued.size !== size || valued.symbol !== symbol) {
    valued.symbol = symbol
    valued.size = size
    valued.price = price
    valued.worth = desk.measure(symbol).notional(size, price)
  }
  return valued.worth
}
