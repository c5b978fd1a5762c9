// How large an entry is at the moment of its fill.
import type { Ratio } from '../core/exact.js'
import type { Measure } from '../core/measure.js'
import type { Order, Portfolio } from '../core/types.js'

export interface Means {
  portfolio: Readonly<Portfolio>
  /** Cash units. */
  equity: number
  leverage: number
}

const NO_FEE: Ratio = { of: 0, over: 1 }

/** @returns lots, 0 with the reason when the venue refuses it; never more than account, leverage and `maxNotional` allow */
export function entrySize(
  { size, spend, maxNotional }: Readonly<Order>,
  { portfolio, equity, leverage }: Means,
  price: number,
  fee: Ratio,
  measure: Measure,
): { size: number; text: string } {
  let used = 0
  for (const { cost } of portfolio.positions) used += cost
  const free = Math.floor((equity * leverage - used) * (spend || 1))
  let most = measure.lotsFor(free, price, fee)
  if (maxNotional > 0) most = Math.min(most, measure.lotsFor(maxNotional, price, NO_FEE))
  const canShrink = spend > 0 || maxNotional > 0
  const lots = spend > 0 ? most : Math.min(size, most)
  if (lots < 1 || (!canShrink && lots < size)) return { size: 0, text: 'the account does not cover it' }
  if (measure.notional(lots, price) < measure.minNotional) return { size: 0, text: 'less than the least notional' }
  return { size: lots, text: '' }
}
