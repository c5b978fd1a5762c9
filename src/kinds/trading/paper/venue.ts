// A venue made of candles: it takes the core's intents and answers what becomes of them. The backtest and paper sessions use
// this same one. Everything in it that must survive is in its book.
import type { Candle } from '../candles/candle.js'
import type { Measure } from '../core/measure.js'
import { positionOf } from '../core/portfolio.js'
import type { FillModel } from '../core/settings.js'
import type { Event, ExitReason, Fill, Intent, Order, State } from '../core/types.js'
import { accept, type Book, emptyBook, remove } from './book.js'
import { type CandleTicks, readTicks } from './candle-ticks.js'
import { freqtradeHit } from './freqtrade.js'
import { fundingDue } from './funding.js'
import { bankruptcyOf } from './liquidation.js'
import { entrySize } from './size.js'
import { type Hit, strictHit } from './strict.js'

export interface VenueSetup {
  measures: ReadonlyMap<string, Measure>
  fill: Readonly<FillModel>
  leverage: number
  baseMs: number
  /** Cash units: the account with open positions at their last prices. */
  equity(state: State): number
}

export class PaperVenue {
  readonly setup: VenueSetup
  book: Book = emptyBook()
  readonly #candle: CandleTicks = { at: 0, open: 0, high: 0, low: 0, close: 0 }
  #symbol = ''
  #measure!: Measure
  /** A limit entry filled inside this candle. */
  #isInside = false

  constructor(setup: VenueSetup) {
    this.setup = setup
  }

  accept(intents: readonly Intent[]): void {
    if (intents.length > 0) accept(this.book, intents, this.#isInside)
  }

  /** Nothing can happen in a candle: no order waits, nothing is due. */
  isIdle(state: State): boolean {
    return this.book.waiting.length === 0 && state.portfolio.positions.length === 0
  }

  /** The next candle of a symbol. Then ask `next` until it is null, telling the core each time. */
  begin(symbol: string, candle: Readonly<Candle>): void {
    const measure = this.setup.measures.get(symbol)
    if (!measure) throw new RangeError(`no instrument ${symbol} was set up`)
    this.#symbol = symbol
    this.#measure = measure
    this.#isInside = false
    readTicks(this.#candle, candle, measure)
    for (const waiting of this.book.waiting) waiting.isInside = false
  }

  /** What happens next in this candle: funding, market orders at its open, then what its range reaches. */
  next(state: State): Event | null {
    const position = positionOf(state.portfolio, this.#symbol)
    const due = position && fundingDue(this.book, position, this.#candle, this.setup, this.#measure)
    if (due) return due
    const market = this.setup.fill.fill === 'next-open' ? this.#atMarket(state, this.#candle.open) : null
    if (market) return market
    const hit =
      this.setup.fill.rules === 'strict'
        ? strictHit(this.book.waiting, this.#symbol, this.#candle)
        : freqtradeHit(this.book.waiting, this.#symbol, position, this.#candle, this.setup.baseMs)
    if (hit) return this.#settle(state, hit)
    const price = position && bankruptcyOf(state, position, this.#candle, this.setup.measures)
    if (!price) return null
    return { type: 'liquidated', symbol: this.#symbol, at: this.#candle.at, price, fee: 0 }
  }

  /** After the core has heard the candle: market orders where they fill at its close. */
  atClose(state: State): Event | null {
    return this.setup.fill.fill === 'close' ? this.#atMarket(state, this.#candle.close) : null
  }

  /** After the last candle: market orders as if that candle were the next one too. */
  atEnd(state: State): Event | null {
    const { open, close } = this.#candle
    return this.#atMarket(state, this.setup.fill.fill === 'close' ? close : open, 'end-of-data')
  }

  #atMarket(state: State, price: number, reason?: ExitReason): Event | null {
    const waiting = this.book.waiting.find(({ order }) => order.type === 'market' && order.symbol === this.#symbol)
    if (!waiting) return null
    return this.#settle(state, { waiting, price, isMaker: false, ...(reason ? { reason } : {}) })
  }

  #settle(state: State, { waiting, price: reached, isMaker, reason }: Hit & { reason?: ExitReason }): Event {
    const { order } = waiting
    remove(this.book, order.id)
    const isEntry = order.purpose === 'entry'
    const price = isMaker ? reached : this.#worse(order, reached, isEntry)
    const rate = isMaker ? this.#measure.maker : this.#measure.taker
    let { size } = order
    if (isEntry) {
      const { equity, leverage } = this.setup
      const sized = entrySize(
        order,
        { portfolio: state.portfolio, equity: equity(state), leverage },
        price,
        rate,
        this.#measure,
      )
      if (sized.size === 0) {
        return { type: 'rejected', order: order.id, symbol: order.symbol, at: this.#candle.at, text: sized.text }
      }
      size = sized.size
      if (order.type === 'limit' && isMaker) this.#isInside = true
    }
    return this.#fill(order, {
      price,
      size,
      isMaker,
      fee: this.#measure.fee(this.#measure.notional(size, price), rate),
      reason,
    })
  }

  #fill(
    { id, symbol }: Order,
    fill: Pick<Fill, 'price' | 'size' | 'fee' | 'isMaker'> & { reason?: ExitReason | undefined },
  ): Event {
    const { reason, ...rest } = fill
    return { type: 'fill', order: id, symbol, at: this.#candle.at, ...rest, ...(reason ? { reason } : {}) }
  }

  /** Slippage on whatever takes, the spread on whatever enters; to the next tick against us. */
  #worse({ side }: Order, ticks: number, isEntry: boolean): number {
    const { slippage, spread } = this.setup.fill
    const cost = slippage + (isEntry ? spread : 0)
    if (cost === 0) return ticks
    const measure = this.#measure
    const price = measure.price(ticks)
    return side === 'buy' ? measure.ticksUp(price * (1 + cost)) : Math.max(1, measure.ticksDown(price * (1 - cost)))
  }
}
