import { type Bars, linesOverCandles } from './arrays.js'
import { Indicator } from './indicator.js'
import { HIGH_LOW_CLOSE, type HighLowClose, isAsGoodAs, periodOf, throwIfBadCandle } from './inputs.js'
import { Highest, Lowest } from './rolling.js'
import { Sma } from './sma.js'

export interface StochasticAnswer {
  /** %K, 0 to 100. */
  readonly k: number
  /** %D, the simple moving average of %K. */
  readonly d: number
}

/**
 * Fast stochastic, 0 to 100: `%K = 100 · (close − lowest low) / (highest high − lowest low)` of the last `period` candles, 0 where
 * they are equal; %D is its simple mean over `smoothD`. First answer: candle `period + smoothD − 1`. As TA-Lib's STOCHF with simple
 * averages.
 */
export class FastStochastic extends Indicator<HighLowClose, StochasticAnswer> {
  readonly name = 'fast-stochastic'
  readonly warmUp: number
  readonly highest: Highest
  readonly lowest: Lowest
  readonly d: Sma

  constructor(period = 5, smoothD = 3) {
    super(period, smoothD)
    this.highest = new Highest(periodOf(period, this.name))
    this.lowest = new Lowest(period)
    this.d = new Sma(periodOf(smoothD, this.name, 1, 'smoothD'))
    this.warmUp = period + smoothD - 1
  }

  update(candle: HighLowClose): StochasticAnswer | undefined {
    throwIfBadCandle(candle, this.name)
    const highest = this.highest.update(candle.high)
    const lowest = this.lowest.update(candle.low)
    if (highest === undefined || lowest === undefined) return undefined
    const k = isAsGoodAs(highest, lowest) ? 0 : (candle.close - lowest) / ((highest - lowest) / 100)
    const d = this.d.update(k)
    return d === undefined ? undefined : { k, d }
  }
}

/**
 * Slow stochastic, 0 to 100: the fast one's %K smoothed once more. `k` is the simple mean of the fast %K over `smoothK`, `d` that of
 * `k` over `smoothD`. First answer: candle `period + smoothK + smoothD − 2`. As TA-Lib's STOCH with simple averages.
 */
export class Stochastic extends Indicator<HighLowClose, StochasticAnswer> {
  readonly name = 'stochastic'
  readonly warmUp: number
  /** Its %D is the %K here. */
  readonly fast: FastStochastic
  readonly d: Sma

  constructor(period = 5, smoothK = 3, smoothD = 3) {
    super(period, smoothK, smoothD)
    this.fast = new FastStochastic(periodOf(period, this.name), periodOf(smoothK, this.name, 1, 'smoothK'))
    this.d = new Sma(periodOf(smoothD, this.name, 1, 'smoothD'))
    this.warmUp = this.fast.warmUp + smoothD - 1
  }

  update(candle: HighLowClose): StochasticAnswer | undefined {
    throwIfBadCandle(candle, this.name)
    const fast = this.fast.update(candle)
    if (fast === undefined) return undefined
    const d = this.d.update(fast.d)
    return d === undefined ? undefined : { k: fast.d, d }
  }
}

/** @returns two lines with one value per candle, NaN during the warm-up */
export const fastStochastic = (bars: Bars<keyof HighLowClose>, period = 5, smoothD = 3) =>
  linesOverCandles(new FastStochastic(period, smoothD), HIGH_LOW_CLOSE, bars, ['k', 'd'])

/** @returns two lines with one value per candle, NaN during the warm-up */
export const stochastic = (bars: Bars<keyof HighLowClose>, period = 5, smoothK = 3, smoothD = 3) =>
  linesOverCandles(new Stochastic(period, smoothK, smoothD), HIGH_LOW_CLOSE, bars, ['k', 'd'])
