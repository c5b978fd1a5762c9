import { linesOverValues } from './arrays.js'
import { Ema } from './ema.js'
import { Indicator } from './indicator.js'
import { periodOf, throwIfNotFinite } from './inputs.js'

export interface MacdAnswer {
  /** The fast average less the slow one, in the values' unit. */
  readonly macd: number
  /** The exponential average of `macd`. */
  readonly signal: number
  /** `macd − signal` */
  readonly histogram: number
}

/**
 * Moving average convergence/divergence: `ema(fast) − ema(slow)` and the signal, `ema` of it. Both averages begin on the same
 * value, number `slow`: the fast one is seeded with the mean of the last `fast` values up to there. First answer: value number
 * `slow + signal − 1`. A fast period above the slow one changes places with it. As TA-Lib's MACD (unstable period 0).
 */
export class Macd extends Indicator<number, MacdAnswer> {
  readonly name = 'macd'
  readonly warmUp: number
  readonly fast: Ema
  readonly slow: Ema
  readonly signal: Ema
  /** How many values the fast average still leaves out. */
  toSkip: number

  constructor(fast = 12, slow = 26, signal = 9) {
    super(fast, slow, signal)
    const periods = [periodOf(fast, this.name, 2, 'fast'), periodOf(slow, this.name, 2, 'slow')]
    const longest = Math.max(...periods)
    this.fast = new Ema(Math.min(...periods))
    this.slow = new Ema(longest)
    this.signal = new Ema(periodOf(signal, this.name, 1, 'signal'))
    this.toSkip = longest - this.fast.warmUp
    this.warmUp = longest + signal - 1
  }

  update(value: number): MacdAnswer | undefined {
    throwIfNotFinite(value, this.name)
    const slow = this.slow.update(value)
    if (this.toSkip > 0) {
      this.toSkip--
      return undefined
    }
    const fast = this.fast.update(value)
    if (fast === undefined || slow === undefined) return undefined
    const macd = fast - slow
    const signal = this.signal.update(macd)
    return signal === undefined ? undefined : { macd, signal, histogram: macd - signal }
  }
}

/** @returns three lines with one value per input, NaN during the warm-up */
export const macd = (values: ArrayLike<number>, fast = 12, slow = 26, signal = 9) =>
  linesOverValues(new Macd(fast, slow, signal), values, ['macd', 'signal', 'histogram'])
