import { overValues } from './arrays.js'
import { Indicator } from './indicator.js'
import { periodOf, throwIfNotFinite } from './inputs.js'
import { RollingSum } from './rolling-sum.js'

/** Simple moving average: the mean of the last `period` values, in their unit. First answer: value number `period`. As TA-Lib's SMA. */
export class Sma extends Indicator<number, number> {
  readonly name: string = 'sma'
  readonly warmUp: number
  readonly sum: RollingSum

  constructor(period: number) {
    super(period)
    this.warmUp = periodOf(period, 'sma')
    this.sum = new RollingSum(period)
  }

  update(value: number): number | undefined {
    throwIfNotFinite(value, this.name)
    const sum = this.sum.update(value)
    return sum === undefined ? undefined : sum / this.warmUp
  }
}

/** @returns one value per input, NaN during the warm-up */
export const sma = (values: ArrayLike<number>, period: number): Float64Array => overValues(new Sma(period), values)
