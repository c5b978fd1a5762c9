import { overValues } from './arrays.js'
import { Indicator } from './indicator.js'
import { periodOf, throwIfNotFinite } from './inputs.js'

/**
 * Relative strength index of Welles Wilder, 0 to 100: `100 · gain / (gain + loss)`, where gain and loss are the averages of
 * rises and falls, begun as the simple mean of the first `period` changes and then `(average · (period − 1) + change) / period`.
 * First answer: value number `period + 1`. Where nothing ever moved it is 0. As TA-Lib's RSI (unstable period 0).
 */
export class Rsi extends Indicator<number, number> {
  readonly name = 'rsi'
  readonly warmUp: number
  seen = 0
  last = 0
  /** Sums during the warm-up, then averages. */
  gain = 0
  loss = 0

  constructor(period = 14) {
    super(period)
    this.warmUp = periodOf(period, this.name, 2) + 1
  }

  update(value: number): number | undefined {
    throwIfNotFinite(value, this.name)
    const period = this.warmUp - 1
    const change = value - this.last
    this.last = value
    if (this.seen <= period) return this.#warm(change, period)
    const rise = Math.max(change, 0)
    this.gain = (this.gain * (period - 1) + rise) / period
    this.loss = (this.loss * (period - 1) + (rise - change)) / period
    return this.#strength()
  }

  #warm(change: number, period: number): number | undefined {
    if (this.seen++ === 0) return undefined
    if (change > 0) this.gain += change
    else this.loss -= change
    if (this.seen <= period) return undefined
    this.gain /= period
    this.loss /= period
    return this.#strength()
  }

  #strength(): number {
    const moved = this.gain + this.loss
    return moved === 0 ? 0 : 100 * (this.gain / moved)
  }
}

/** @returns one value per input, NaN during the warm-up */
export const rsi = (values: ArrayLike<number>, period = 14): Float64Array => overValues(new Rsi(period), values)
