// Where one step is worked on: the state, the intents so far, and the few ways to change orders. One for each core, used again
// with every event.
import { unvalued } from './equity.js'
import type { Measure } from './measure.js'
import type { Ready } from './setup.js'
import type { ExitReason, Intent, MarketState, NoteCode, Order, Position, State } from './types.js'

const NONE: readonly Intent[] = Object.freeze([])

export type OrderDraft = Pick<Order, 'symbol' | 'side' | 'type' | 'purpose'> & Partial<Order>

export class Desk {
  readonly setup: Ready
  state!: State
  /** When what is being worked on happened: for a candle, when it closed. */
  now = 0
  readonly valued = unvalued()
  #intents: Intent[] = []

  constructor(setup: Ready) {
    this.setup = setup
  }

  /** What was collected since the last call, in order. */
  take(): readonly Intent[] {
    if (this.#intents.length === 0) return NONE
    const taken = this.#intents
    this.#intents = []
    return taken
  }

  tell(intent: Intent): void {
    this.#intents.push(intent)
  }

  note(code: NoteCode, text: string): void {
    this.tell({ type: 'note', code, at: this.now, text })
  }

  measure(symbol: string): Measure {
    const measure = this.setup.measures.get(symbol)
    if (!measure) throw new RangeError(`no instrument ${symbol} was set up`)
    return measure
  }

  market(symbol: string): MarketState {
    const market = this.state.markets[symbol]
    if (!market) throw new RangeError(`no instrument ${symbol} was set up`)
    return market
  }

  place(draft: OrderDraft): Order {
    const order: Order = {
      id: `${draft.symbol}-${this.state.nextOrder++}`,
      size: 0,
      spend: 0,
      maxNotional: 0,
      price: 0,
      trigger: 0,
      position: 0,
      reason: null,
      stop: 0,
      takeProfit: 0,
      tag: '',
      placedAt: this.now,
      expiresAt: 0,
      trail: null,
      targets: null,
      ...draft,
    }
    this.state.orders.push(order)
    this.tell({ type: 'place', order: { ...order } })
    return order
  }

  amend(id: string, change: { trigger?: number; price?: number; size?: number }): void {
    const order = this.order(id)
    if (!order) return
    Object.assign(order, change)
    this.tell({ type: 'amend', order: id, symbol: order.symbol, ...change })
  }

  cancel(id: string): void {
    const order = this.forget(id)
    if (order) this.tell({ type: 'cancel', order: id, symbol: order.symbol })
  }

  order(id: string): Order | undefined {
    const { orders } = this.state
    for (let i = 0; i < orders.length; i++) if (orders[i]?.id === id) return orders[i]
    return undefined
  }

  /** It is filled or gone. */
  forget(id: string): Order | undefined {
    const { orders } = this.state
    const index = orders.findIndex((order) => order.id === id)
    return index === -1 ? undefined : orders.splice(index, 1)[0]
  }

  position(id: number): Position | undefined {
    return this.state.portfolio.positions.find((position) => position.id === id)
  }

  /** Closes all of a position at the market, unless that is under way. */
  exit(position: Position, reason: ExitReason): void {
    const waiting = position.exitOrder === '' ? undefined : this.order(position.exitOrder)
    if (waiting?.type === 'market') return
    if (waiting) this.cancel(waiting.id)
    const { symbol, size, id } = position
    const side = position.side === 'long' ? 'sell' : 'buy'
    const order = this.place({ symbol, side, type: 'market', purpose: 'exit', size, position: id, reason })
    position.exitOrder = order.id
  }
}
