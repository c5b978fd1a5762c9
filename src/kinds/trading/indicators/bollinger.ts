import { linesOverValues } from './arrays.js'
import { Indicator } from './indicator.js'
import { factorOf, periodOf, throwIfNotFinite } from './inputs.js'

export interface BollingerAnswer {
  readonly upper: number
  /** The simple moving average. */
  readonly middle: number
  readonly lower: number
}

/**
 * Bollinger bands, in the values' unit: the simple mean of the last `period` values, and `up` (`down`) standard deviations above
 * (below) it. The deviation is the population's, divided by `period`. First answer: value number `period`. As TA-Lib's BBANDS
 * with a simple average, except that TA-Lib takes variances below 1e-14 for zero and this does not.
 *
 * The window is kept as blocks, like all rolling sums here (see rolling.ts), of a mean and the sum of squared distances from
 * it. Two of those join by adding alone (Chan, Golub, LeVeque 1979), so that nothing cancels out when a price of a hundred
 * thousand moves by cents, and the deviation of equal values is exactly 0.
 */
export class Bollinger extends Indicator<number, BollingerAnswer> {
  readonly name = 'bollinger'
  readonly warmUp: number
  /** Up to `filled` the new block's values, from there on the means from each place to the old block's end. */
  readonly means: Float64Array
  /** The squared distances from those means, summed. */
  readonly squares: Float64Array
  filled = 0
  mean = 0
  square = 0
  isWarm = false
  readonly #up: number
  readonly #down: number

  constructor(period = 20, up = 2, down = up) {
    super(period, up, down)
    this.warmUp = periodOf(period, this.name, 2)
    this.#up = factorOf(up, this.name, 'up')
    this.#down = factorOf(down, this.name, 'down')
    this.means = new Float64Array(period)
    this.squares = new Float64Array(period)
  }

  update(value: number): BollingerAnswer | undefined {
    throwIfNotFinite(value, this.name)
    const { means, warmUp: period } = this
    if (this.filled === 0) this.mean = this.square = 0
    const away = value - this.mean
    means[this.filled++] = value
    this.mean += away / this.filled
    this.square += away * (value - this.mean)
    if (this.filled < period) return this.isWarm ? this.#joined() : undefined
    this.#turnBlock()
    return this.#bands(this.mean, this.square)
  }

  /** The rest of the old block with the new one. */
  #joined(): BollingerAnswer {
    const { filled, warmUp: period } = this
    const mean = this.means[filled] as number
    const away = this.mean - mean
    const share = filled / period
    const square = (this.squares[filled] as number) + this.square + away * away * (period - filled) * share
    return this.#bands(mean + away * share, square)
  }

  #turnBlock(): void {
    const { means, squares } = this
    let mean = 0
    let square = 0
    for (let i = means.length - 1, count = 1; i >= 0; i--, count++) {
      const value = means[i] as number
      const away = value - mean
      mean += away / count
      square += away * (value - mean)
      means[i] = mean
      squares[i] = square
    }
    this.filled = 0
    this.isWarm = true
  }

  #bands(middle: number, square: number): BollingerAnswer {
    const deviation = Math.sqrt(square / this.warmUp)
    return { upper: middle + deviation * this.#up, middle, lower: middle - deviation * this.#down }
  }
}

/** @returns three lines with one value per input, NaN during the warm-up */
export const bollinger = (values: ArrayLike<number>, period = 20, up = 2, down = up) =>
  linesOverValues(new Bollinger(period, up, down), values, ['upper', 'middle', 'lower'])
