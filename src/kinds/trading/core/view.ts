// What a strategy sees of the account, read through to the state when it looks.
import type { Desk } from './desk.js'
import { positionOf } from './portfolio.js'
import type { StrategyView } from './strategy.js'
import type { MarketState } from './types.js'

export class View implements StrategyView<object> {
  readonly desk: Desk
  readonly symbol: string
  readonly timeframe: string
  readonly parameters: object
  #market!: MarketState

  constructor(desk: Desk, symbol: string) {
    this.desk = desk
    this.symbol = symbol
    this.timeframe = desk.setup.timeframe
    this.parameters = Object.freeze({ ...desk.setup.parameters })
  }

  begin(market: MarketState): void {
    this.#market = market
  }

  get position(): StrategyView<object>['position'] {
    const position = positionOf(this.desk.state.portfolio, this.symbol)
    if (!position) return null
    const measure = this.desk.measure(this.symbol)
    const { side, entryPrice, size, entryAt } = position
    return { side, entryPrice: measure.price(entryPrice), size: measure.size(size), entryAt }
  }

  get isEntryWaiting(): boolean {
    return this.desk.state.orders.some(({ symbol, purpose }) => symbol === this.symbol && purpose === 'entry')
  }

  series(name: string): number | undefined {
    return this.#market.series[name]
  }
}
