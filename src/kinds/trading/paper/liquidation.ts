// When nothing is left. A venue closes a position before it owes more than the account holds; here that is the price at which
// the account is at zero, whatever maintenance margin the venue would have kept for itself.
import type { Measure } from '../core/measure.js'
import { gained, signOf } from '../core/portfolio.js'
import type { Portfolio, Position } from '../core/types.js'
import type { CandleTicks } from './candle-ticks.js'

/** @returns the price in ticks at which the account is at zero, when the candle reaches it; 0 when it does not */
export function bankruptcyOf(
  portfolio: Readonly<Portfolio>,
  position: Readonly<Position>,
  { open, high, low }: CandleTicks,
  measure: Measure,
): number {
  const s = signOf(position.side)
  const worst = s > 0 ? low : high
  // Nearly always it is nowhere near, and a float says so.
  const left = portfolio.cash + s * (measure.notionalFloat(position.size, worst) - position.cost)
  if (left > position.cost * 1e-6 + 1) return 0
  if (portfolio.cash + gained(position, measure, worst) > 0) return 0
  if (portfolio.cash + gained(position, measure, open) <= 0) return open
  // The gain falls with the price: the first price from the open on at which nothing is left.
  let [good, bad] = [open, worst]
  while (Math.abs(good - bad) > 1) {
    const middle = Math.floor((good + bad) / 2)
    if (portfolio.cash + gained(position, measure, middle) > 0) good = middle
    else bad = middle
  }
  return bad
}
