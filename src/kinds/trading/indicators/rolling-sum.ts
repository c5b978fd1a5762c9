import { Indicator } from './indicator.js'
import { periodOf, throwIfNotFinite } from './inputs.js'

/**
 * The sum of the last `period` values, without ever taking one away again: subtraction is what lets a running sum drift
 * and what leaves the dust of one huge value behind for good. The window always lies over the end of one block of
 * `period` values and the beginning of the next. Of the old block the sums from each place to its end are kept, of the new
 * one the sum so far; the window is one of the former plus the latter. The error is that of adding `period` numbers, after
 * ten values as after ten million. A block that is full is turned into such sums in place, so a value costs O(1) on average.
 */
export class RollingSum extends Indicator<number, number> {
  readonly name = 'rolling-sum'
  readonly warmUp: number
  /** Up to `filled` the new block's values, from there on the old block's sums to its end. */
  readonly block: Float64Array
  filled = 0
  sumSoFar = 0
  isWarm = false

  constructor(period: number) {
    super(period)
    this.warmUp = periodOf(period, this.name)
    this.block = new Float64Array(period)
  }

  update(value: number): number | undefined {
    throwIfNotFinite(value, this.name)
    const { block } = this
    const period = block.length
    block[this.filled++] = value
    this.sumSoFar += value
    if (this.filled < period) return this.isWarm ? (block[this.filled] as number) + this.sumSoFar : undefined
    const sum = this.sumSoFar
    for (let i = period - 2; i >= 0; i--) block[i] = (block[i] as number) + (block[i + 1] as number)
    this.filled = 0
    this.sumSoFar = 0
    this.isWarm = true
    return sum
  }
}
