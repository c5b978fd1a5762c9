import { Indicator } from './indicator.js'

/**
 * The sum of all values so far, with what rounding left out added beside it (Neumaier 1974): after ten million values the error
 * is still that of one addition.
 */
export class Total extends Indicator<number, number> {
  readonly name = 'total'
  readonly warmUp = 1
  sum = 0
  leftOut = 0

  update(value: number): number {
    const sum = this.sum + value
    this.leftOut += Math.abs(this.sum) >= Math.abs(value) ? this.sum - sum + value : value - sum + this.sum
    this.sum = sum
    return sum + this.leftOut
  }

  clear(): void {
    this.sum = 0
    this.leftOut = 0
  }
}
