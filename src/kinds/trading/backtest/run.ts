// One backtest on its way: each candle goes to the venue, then to the core, and what they say goes to each other.
import type { Candle, CandleColumns } from '../candles/candle.js'
import type { Core } from '../core/core.js'
import type { Measure } from '../core/measure.js'
import { judgeCandle } from '../core/quality.js'
import type { FillModel } from '../core/settings.js'
import type { Event, MarketState, State } from '../core/types.js'
import type { PaperVenue } from '../paper/venue.js'
import { partsOf } from './parts.js'
import { SeriesFeed } from './series-feed.js'
import { Teller } from './teller.js'
import type { BacktestResult, WholeInput } from './types.js'

export class Run {
  readonly #input: WholeInput
  readonly #fill: Readonly<FillModel>
  readonly #core: Core
  readonly #venue: PaperVenue
  readonly #series: SeriesFeed
  readonly #teller: Teller
  readonly #symbol: string
  readonly #measure: Measure
  readonly #state: State
  readonly #market: MarketState
  readonly #event: { type: 'candle'; symbol: string; candle: Candle; line?: number }
  #from: number | null = null
  /** The last good candle: it is told once the next one has come, for the end may yet change it. */
  readonly #last = { at: -1, close: 0, equity: 0, exposure: 0 }

  constructor(input: WholeInput, parameters: object) {
    const { core, venue, fill } = partsOf(input, parameters)
    this.#input = input
    this.#fill = fill
    this.#core = core
    this.#venue = venue
    this.#symbol = input.instrument.symbol
    this.#state = core.start()
    this.#market = this.#state.markets[this.#symbol] as MarketState
    this.#measure = core.measure(this.#symbol)
    this.#teller = new Teller(this.#measure, input.sink ?? {})
    this.#series = new SeriesFeed(input.series ?? {}, this.#symbol)
    const candle = { at: 0, open: 0, high: 0, low: 0, close: 0, volume: 0 }
    this.#event = { type: 'candle', symbol: this.#symbol, candle }
  }

  get candles(): number {
    return this.#market.candles
  }

  /** For errors: which strategy, and at which candle. */
  get where(): string {
    return `strategy ${this.#core.setup.strategy.name}, candle ${timeText(this.#event.candle.at)}`
  }

  /** Rows `from` to `to` − 1. */
  chunk(columns: CandleColumns, from: number, to: number): void {
    const { at, open, high, low, close, volume, line } = columns
    for (let row = from; row < to; row++) {
      // A strategy may keep it, so the next one is another object.
      const candle: Candle = {
        at: at[row] as number,
        open: open[row] as number,
        high: high[row] as number,
        low: low[row] as number,
        close: close[row] as number,
        volume: volume[row] as number,
      }
      this.#event.candle = candle
      if (line) this.#event.line = line[row] as number
      this.#take(candle)
    }
  }

  #take(candle: Candle): void {
    const { baseMs } = this.#core.setup
    const { isUsable } = judgeCandle(candle, this.#market.lastAt, baseMs, this.#measure, this.#event)
    if (!isUsable) return void this.#step(this.#event)
    this.#venue.begin(this.#symbol, candle)
    if (!this.#venue.isIdle(this.#state)) this.#settle(() => this.#venue.next(this.#state))
    this.#series.upTo(candle.at + baseMs, (event) => this.#step(event))
    this.#step(this.#event)
    if (this.#fill.fill === 'close') this.#settle(() => this.#venue.atClose(this.#state))
    this.#tellLast()
    this.#from ??= candle.at
    this.#last.at = candle.at
    this.#last.close = candle.close
    this.#measureLast()
  }

  #settle(next: () => Event | null): void {
    for (let event = next(); event !== null; event = next()) this.#step(event)
  }

  #step(event: Event): void {
    const { intents } = this.#core.step(this.#state, event)
    if (intents.length === 0) return
    this.#venue.accept(intents)
    this.#teller.tell(intents)
  }

  #measureLast(): void {
    const last = this.#last
    const measure = this.#measure
    last.equity = measure.quote(this.#core.equity(this.#state))
    const position = this.#state.portfolio.positions[0]
    if (position) {
      const worth = measure.quote(measure.notionalFloat(position.size, this.#market.lastPrice))
      last.exposure = position.side === 'long' ? worth : -worth
    } else last.exposure = 0
  }

  #tellLast(): void {
    const { at, equity, close, exposure } = this.#last
    if (at >= 0) this.#input.sink?.equity?.(at, equity, close, exposure)
  }

  finish(isStopped: boolean): BacktestResult {
    const { portfolio } = this.#state
    if (this.#fill.closeAtEnd && this.candles > 0) {
      this.#step({ type: 'command', command: 'flatten', at: this.#market.lastAt, reason: 'end of data' })
      this.#settle(() => this.#venue.atEnd(this.#state))
      this.#measureLast()
    }
    this.#tellLast()
    const { strategy, parameters } = this.#core.setup
    const measure = this.#measure
    return {
      strategy: strategy.name,
      parameters: { ...parameters },
      timeframe: this.#input.timeframe,
      candles: this.candles,
      from: this.#from,
      to: this.candles > 0 ? this.#market.lastAt : null,
      openPositions: portfolio.positions.length,
      startEquity: measure.quote(portfolio.paidIn),
      finalEquity: measure.quote(this.#core.equity(this.#state)),
      fees: measure.quote(portfolio.fees),
      funding: measure.quote(portfolio.funding),
      ...this.#teller.counts(),
      isStopped,
    }
  }
}

const timeText = (at: number) => (Number.isFinite(at) ? new Date(at).toISOString() : String(at))
