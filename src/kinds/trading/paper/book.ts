// The orders that wait at the paper venue. Plain data, like the core's state: both together are a paper session.
import type { Intent, Order } from '../core/types.js'

export interface Waiting {
  order: Order
  /** Where a stop lay when it was placed, in ticks. */
  firstTrigger: number
  /** It was placed for a position that began inside this candle: what the candle did before is not known. */
  isInside: boolean
}

export interface Book {
  waiting: Waiting[]
  /** By symbol: when funding was last due, in milliseconds since 1970 UTC. */
  fundedAt: Record<string, number>
}

export const emptyBook = (): Book => ({ waiting: [], fundedAt: {} })

/** Carries out what the core wants of its orders; the book is changed. What is only told is left alone. */
export function accept(book: Book, intents: readonly Intent[], isInside: boolean): void {
  for (const intent of intents) {
    if (intent.type === 'place') {
      book.waiting.push({ order: { ...intent.order }, firstTrigger: intent.order.trigger, isInside })
    } else if (intent.type === 'cancel') remove(book, intent.order)
    else if (intent.type === 'amend') amend(book, intent)
  }
}

export function remove(book: Book, id: string): void {
  const index = book.waiting.findIndex(({ order }) => order.id === id)
  if (index !== -1) book.waiting.splice(index, 1)
}

function amend(book: Book, { order: id, trigger, price, size }: Intent & { type: 'amend' }): void {
  const order = book.waiting.find((waiting) => waiting.order.id === id)?.order
  if (!order) return
  if (price !== undefined) order.price = price
  if (size !== undefined) order.size = size
  // A venue that trails by itself may have gone further than the core knows.
  const isCloser = order.side === 'sell' ? trigger && trigger > order.trigger : trigger && trigger < order.trigger
  if (trigger !== undefined && (isCloser || !order.trail)) order.trigger = trigger
}
