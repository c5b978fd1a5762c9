// Funding of perpetual contracts: at fixed hours longs pay shorts a rate of the notional, or are paid it.

import { ratioOf } from '../core/exact.js'
import type { Measure } from '../core/measure.js'
import { signOf } from '../core/portfolio.js'
import type { FillModel } from '../core/settings.js'
import type { Event, Position } from '../core/types.js'
import type { Book } from './book.js'
import type { CandleTicks } from './candle-ticks.js'

const HOUR_MS = 3_600_000

/**
 * The next payment that falls due in this candle, at the notional of its open; null when there is none (any more). The book
 * is changed. A payment at the very open is for what was open before it.
 */
export function fundingDue(
  book: Book,
  position: Readonly<Position>,
  candle: CandleTicks,
  { fill, baseMs }: { fill: Readonly<FillModel>; baseMs: number },
  measure: Measure,
): Event | null {
  if (!fill.funding) return null
  const everyMs = fill.funding.everyHours * HOUR_MS
  const from = Math.max((book.fundedAt[position.symbol] ?? -1) + 1, candle.at, position.entryAt + 1)
  const at = Math.ceil(from / everyMs) * everyMs
  if (at >= candle.at + baseMs) return null
  book.fundedAt[position.symbol] = at
  const notional = measure.notional(position.size, candle.open)
  const paid = measure.fee(notional, ratioOf(fill.funding.rate, 'funding rate'))
  return { type: 'funding', symbol: position.symbol, at, amount: -signOf(position.side) * paid + 0 }
}
