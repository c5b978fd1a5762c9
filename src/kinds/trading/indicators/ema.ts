import { overValues } from './arrays.js'
import { Indicator } from './indicator.js'
import { periodOf, throwIfNotFinite } from './inputs.js'

/**
 * Exponential moving average, in the unit of its values: `ema += (value − ema) · 2 / (period + 1)`. It begins with the simple
 * mean of the first `period` values, which is the first answer. As TA-Lib's EMA (unstable period 0).
 */
export class Ema extends Indicator<number, number> {
  readonly name = 'ema'
  readonly warmUp: number
  seen = 0
  /** The sum of the first values during the warm-up, then the average. */
  average = 0

  constructor(period: number) {
    super(period)
    this.warmUp = periodOf(period, this.name)
  }

  update(value: number): number | undefined {
    throwIfNotFinite(value, this.name)
    const period = this.warmUp
    if (this.seen === period) {
      this.average += (value - this.average) * (2 / (period + 1))
      return this.average
    }
    this.average += value
    if (++this.seen < period) return undefined
    this.average /= period
    return this.average
  }
}

/** @returns one value per input, NaN during the warm-up */
export const ema = (values: ArrayLike<number>, period: number): Float64Array => overValues(new Ema(period), values)
