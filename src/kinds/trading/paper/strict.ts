// Does a waiting order fill inside this candle, and at what price? The strict rules, the same that a venue lives by where a
// candle can tell: what the open has passed fills at the open, everything else at its own price; of several, stops come first.

import type { Waiting } from './book.js'
import type { CandleTicks } from './candle-ticks.js'

export interface Hit {
  waiting: Waiting
  /** Ticks, before slippage. */
  price: number
  /** It was there when the price came: the maker's fee. */
  isMaker: boolean
}

/** The first that fills; undefined when none does (any more). Market orders are not asked for here. */
export function strictHit(waiting: readonly Waiting[], symbol: string, candle: CandleTicks): Hit | undefined {
  return (
    first(waiting, symbol, (one) => stopHit(one, candle)) ??
    first(waiting, symbol, (one) =>
      one.order.purpose === 'entry' || one.isInside ? undefined : limitHit(one, candle),
    ) ??
    first(waiting, symbol, (one) => (one.order.purpose === 'entry' ? limitHit(one, candle) : undefined))
  )
}

function first(waiting: readonly Waiting[], symbol: string, hit: (one: Waiting) => Hit | undefined): Hit | undefined {
  for (let i = 0; i < waiting.length; i++) {
    const one = waiting[i] as Waiting
    const found = one.order.symbol === symbol ? hit(one) : undefined
    if (found) return found
  }
  return undefined
}

function stopHit(waiting: Waiting, { open, high, low }: CandleTicks): Hit | undefined {
  const { type, side, trigger } = waiting.order
  if (type !== 'stop') return undefined
  const isSell = side === 'sell'
  if (isSell ? low > trigger : high < trigger) return undefined
  const isPassed = !waiting.isInside && (isSell ? open <= trigger : open >= trigger)
  return { waiting, price: isPassed ? open : trigger, isMaker: false }
}

/** Limits and targets: at their price, or at an open that is better. */
function limitHit(waiting: Waiting, { open, high, low }: CandleTicks): Hit | undefined {
  const { type, side, price } = waiting.order
  if (type !== 'limit' && type !== 'take-profit') return undefined
  const isSell = side === 'sell'
  if (isSell ? high < price : low > price) return undefined
  const isPassed = isSell ? open >= price : open <= price
  return { waiting, price: isPassed ? open : price, isMaker: !isPassed }
}
