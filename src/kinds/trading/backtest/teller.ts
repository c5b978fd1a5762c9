// Hands what a backtest finds to its sink, in the units of people, and counts it.
import type { DataProblem } from '../candles/candle.js'
import type { Measure } from '../core/measure.js'
import type { Closed, Intent, RefusalCode } from '../core/types.js'
import type { BacktestResult, BacktestSink, Trade } from './types.js'

export class Teller {
  readonly #measure: Measure
  readonly #sink: BacktestSink
  #trades = 0
  readonly #problems: Partial<Record<DataProblem['code'], number>> = {}
  readonly #refused: Partial<Record<RefusalCode, number>> = {}

  constructor(measure: Measure, sink: BacktestSink) {
    this.#measure = measure
    this.#sink = sink
  }

  tell(intents: readonly Intent[]): void {
    for (const intent of intents) {
      switch (intent.type) {
        case 'closed':
          this.#trades++
          this.#sink.trade?.(tradeOf(intent.trade, this.#measure))
          break
        case 'refused':
          this.#refused[intent.code] = (this.#refused[intent.code] ?? 0) + 1
          this.#sink.refused?.(intent.code, intent.at, intent.text)
          break
        case 'problem': {
          const { problem } = intent
          this.#problems[problem.code] = (this.#problems[problem.code] ?? 0) + problem.candles
          this.#sink.problem?.(problem)
          break
        }
        case 'note':
          this.#sink.note?.(intent.code, intent.at, intent.text)
          break
        default: // orders are the venue's
      }
    }
  }

  counts(): Pick<BacktestResult, 'trades' | 'problems' | 'refused'> {
    return { trades: this.#trades, problems: this.#problems, refused: this.#refused }
  }
}

/** In quote currency and base units. */
export function tradeOf(closed: Readonly<Closed>, measure: Measure): Trade {
  const profit = closed.gross - closed.fees + closed.funding
  return {
    side: closed.side,
    size: measure.size(closed.size),
    entryAt: closed.entryAt,
    entryPrice: measure.price(closed.entryPrice),
    exitAt: closed.exitAt,
    exitPrice: measure.price(closed.exitPrice),
    profit: measure.quote(profit),
    profitPercent: (profit / closed.cost) * 100,
    reason: closed.reason,
    fees: measure.quote(closed.fees),
    funding: measure.quote(closed.funding),
    entryCandle: closed.entryCandle,
    exitCandle: closed.exitCandle,
    tag: closed.tag,
  }
}
