// What candle patterns have in common: how TA-Lib measures a candle, against the ten before it.
import { type Bars, overCandles } from '../indicators/arrays.js'
import { Indicator } from '../indicators/indicator.js'
import { OPEN_HIGH_LOW_CLOSE, type OpenHighLowClose, throwIfBadCandle, throwIfNotFinite } from '../indicators/inputs.js'
import { RollingSum } from '../indicators/rolling.js'

/** Above zero where the pattern speaks for rising prices, below for falling ones, 0 where it is not there. 100 is a whole one. */
export type Pattern = Indicator<OpenHighLowClose, number>

export function throwIfBadBar(candle: OpenHighLowClose, pattern: string): void {
  throwIfNotFinite(candle.open, pattern, 'open')
  throwIfBadCandle(candle, pattern)
}

export const bodyOf = ({ open, close }: OpenHighLowClose): number => Math.abs(close - open)
export const rangeOf = ({ high, low }: OpenHighLowClose): number => high - low
export const upperShadowOf = ({ open, high, close }: OpenHighLowClose): number => high - Math.max(open, close)
export const lowerShadowOf = ({ open, low, close }: OpenHighLowClose): number => Math.min(open, close) - low
/** A candle that closes where it opened counts as white, as in TA-Lib. */
export const isWhite = ({ open, close }: OpenHighLowClose): boolean => close >= open

/** The mean of the `period` measures before the one that is given, NaN until there are so many. */
export class MeanBefore extends Indicator<number, number> {
  readonly name = 'mean-before'
  readonly warmUp: number
  readonly sum: RollingSum
  last = 0
  isWarm = false

  constructor(period = 10) {
    super(period)
    this.sum = new RollingSum(period)
    this.warmUp = period + 1
  }

  update(measure: number): number | undefined {
    const mean = this.isWarm ? this.last / (this.warmUp - 1) : undefined
    const sum = this.sum.update(measure)
    if (sum !== undefined) {
      this.last = sum
      this.isWarm = true
    }
    return mean
  }
}

/** @returns one value per candle, NaN during the warm-up */
export const overBars = (pattern: Pattern, bars: Bars<keyof OpenHighLowClose>): Float64Array =>
  overCandles(pattern, OPEN_HIGH_LOW_CLOSE, bars)

export type PatternBars = Bars<keyof OpenHighLowClose>
