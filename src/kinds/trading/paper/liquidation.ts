// When nothing is left. A venue closes a position before it owes more than the account holds; here that is the price at which
// the account, with what other positions have gained at their last prices, is at zero, whatever maintenance margin the venue
// would have kept for itself.
import type { Measure } from '../core/measure.js'
import { gained, signOf } from '../core/portfolio.js'
import type { Position, State } from '../core/types.js'
import type { CandleTicks } from './candle-ticks.js'

/** @returns the price in ticks at which the account is at zero, when the candle reaches it; 0 when it does not */
export function bankruptcyOf(
  state: Readonly<State>,
  position: Readonly<Position>,
  { open, high, low }: CandleTicks,
  measures: ReadonlyMap<string, Measure>,
): number {
  const measure = measureOf(measures, position.symbol)
  const s = signOf(position.side)
  const worst = s > 0 ? low : high
  const funds = state.portfolio.cash + othersOf(state, position, measures)
  // Nearly always it is nowhere near, and a float says so.
  const left = funds + s * (measure.notionalFloat(position.size, worst) - position.cost)
  if (left > position.cost * 1e-6 + 1) return 0
  if (funds + gained(position, measure, worst) > 0) return 0
  if (funds + gained(position, measure, open) <= 0) return open
  // The gain falls with the price: the first price from the open on at which nothing is left.
  let [good, bad] = [open, worst]
  while (Math.abs(good - bad) > 1) {
    const middle = Math.floor((good + bad) / 2)
    if (funds + gained(position, measure, middle) > 0) good = middle
    else bad = middle
  }
  return bad
}

/** Cash units: what the other positions have gained at the last close of their symbols. */
function othersOf(
  { portfolio: { positions }, markets }: Readonly<State>,
  position: Readonly<Position>,
  measures: ReadonlyMap<string, Measure>,
): number {
  let others = 0
  for (let i = 0; i < positions.length; i++) {
    const other = positions[i]
    if (other === undefined || other.id === position.id) continue
    const price = markets[other.symbol]?.lastPrice ?? 0
    if (price > 0) others += gained(other, measureOf(measures, other.symbol), price)
  }
  return others
}

function measureOf(measures: ReadonlyMap<string, Measure>, symbol: string): Measure {
  const measure = measures.get(symbol)
  if (!measure) throw new RangeError(`no instrument ${symbol} was set up`)
  return measure
}
