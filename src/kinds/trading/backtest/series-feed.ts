// Data series beside the candles, handed to the core in the order of time: never a value before its moment.
import { BadInput } from '../../../core/bad-input.js'
import type { Event } from '../core/types.js'

interface Point {
  at: number
  value: number
}

export class SeriesFeed {
  readonly #symbol: string
  readonly #feeds: { name: string; points: Iterator<Point>; next: Point | undefined }[]

  /** @param series by name, each oldest first */
  constructor(series: Readonly<Record<string, Iterable<Point>>>, symbol: string) {
    this.#symbol = symbol
    this.#feeds = Object.entries(series).map(([name, list]) => {
      const points = list[Symbol.iterator]()
      return { name, points, next: follow(name, points, Number.NEGATIVE_INFINITY) }
    })
  }

  /** Hands on what was known at that time. */
  upTo(at: number, hand: (event: Event) => void): void {
    for (const feed of this.#feeds) {
      while (feed.next && feed.next.at <= at) {
        hand({ type: 'series', name: feed.name, symbol: this.#symbol, ...feed.next })
        feed.next = follow(feed.name, feed.points, feed.next.at)
      }
    }
  }
}

function follow(name: string, points: Iterator<Point>, after: number): Point | undefined {
  const { value: point, done } = points.next()
  if (done) return undefined
  if (!(point.at >= after && Number.isFinite(point.value))) {
    throw new BadInput(`the series ${name} must be finite numbers, oldest first: ${JSON.stringify(point)} is not`)
  }
  return { at: point.at, value: point.value }
}
