// Sums and extremes of the last `period` values, O(1) on average, without ever taking a value away again.
// Subtraction is what lets a running sum drift and what leaves the dust of one huge value behind for good. So the window
// lies over the end of one block of `period` values and the beginning of the next: of the old block the folds from each
// place to its end are kept, of the new one the fold so far, and the window is one of the former with the latter. A block
// that is full is turned into such folds in place. The error is that of adding `period` numbers, after ten values as after
// ten million.
import { overValues } from './arrays.js'
import { Indicator } from './indicator.js'
import { periodOf, throwIfNotFinite } from './inputs.js'

abstract class Rolling extends Indicator<number, number> {
  readonly warmUp: number
  /** Up to `filled` the new block's values, from there on the old block's folds to its end. */
  protected readonly block: Float64Array
  protected filled = 0
  protected soFar = 0
  protected isWarm = false

  constructor(period: number, name: string) {
    super(period)
    this.warmUp = periodOf(period, name)
    this.block = new Float64Array(period)
  }

  protected abstract fold(older: number, newer: number): number

  update(value: number): number | undefined {
    throwIfNotFinite(value, this.name)
    const { block } = this
    const soFar = this.filled === 0 ? value : this.fold(this.soFar, value)
    block[this.filled++] = value
    this.soFar = soFar
    if (this.filled < block.length) return this.isWarm ? this.fold(block[this.filled] as number, soFar) : undefined
    for (let i = block.length - 2; i >= 0; i--) block[i] = this.fold(block[i] as number, block[i + 1] as number)
    this.filled = 0
    this.isWarm = true
    return soFar
  }
}

/** The sum of the last `period` values, in their unit. First answer: value number `period`. As TA-Lib's SUM. */
export class RollingSum extends Rolling {
  readonly name: string = 'rolling-sum'

  constructor(period: number, name = 'rolling-sum') {
    super(period, name)
  }

  protected fold(older: number, newer: number): number {
    return older + newer
  }
}

/** The highest of the last `period` values. First answer: value number `period`. As TA-Lib's MAX. */
export class Highest extends Rolling {
  readonly name = 'highest'

  constructor(period: number) {
    super(period, 'highest')
  }

  protected fold(older: number, newer: number): number {
    return Math.max(older, newer)
  }
}

/** The lowest of the last `period` values. First answer: value number `period`. As TA-Lib's MIN. */
export class Lowest extends Rolling {
  readonly name = 'lowest'

  constructor(period: number) {
    super(period, 'lowest')
  }

  protected fold(older: number, newer: number): number {
    return Math.min(older, newer)
  }
}

/** @returns one value per input, NaN during the warm-up */
export const rollingSum = (values: ArrayLike<number>, period: number): Float64Array =>
  overValues(new RollingSum(period), values)

/** @returns one value per input, NaN during the warm-up */
export const highest = (values: ArrayLike<number>, period: number): Float64Array =>
  overValues(new Highest(period), values)

/** @returns one value per input, NaN during the warm-up */
export const lowest = (values: ArrayLike<number>, period: number): Float64Array =>
  overValues(new Lowest(period), values)
