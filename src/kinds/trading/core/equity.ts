// What the account is worth at the last prices.
import type { Desk } from './desk.js'
import { gained } from './portfolio.js'

/** Cash units: cash and what open positions have gained at the last close of their symbols. */
export function equityOf(desk: Desk): number {
  const { cash, positions } = desk.state.portfolio
  let equity = cash
  for (let i = 0; i < positions.length; i++) {
    const position = positions[i]
    if (position === undefined) continue
    equity += gained(position, desk.measure(position.symbol), desk.market(position.symbol).lastPrice)
  }
  return equity
}
