import { type Bars, overCandles } from './arrays.js'
import { Indicator } from './indicator.js'
import { HIGH_LOW_CLOSE, type HighLowClose, isAsGoodAs, periodOf, throwIfBadCandle } from './inputs.js'
import { Highest, Lowest } from './rolling.js'

/**
 * Williams %R, −100 to 0: `−100 · (highest high − close) / (highest high − lowest low)` of the last `period` candles; 0 where they
 * are equal. First answer: candle `period`. As TA-Lib's WILLR.
 */
export class WilliamsR extends Indicator<HighLowClose, number> {
  readonly name = 'williams-r'
  readonly warmUp: number
  readonly highest: Highest
  readonly lowest: Lowest

  constructor(period = 14) {
    super(period)
    this.highest = new Highest(periodOf(period, this.name))
    this.lowest = new Lowest(period)
    this.warmUp = this.highest.warmUp
  }

  update(candle: HighLowClose): number | undefined {
    throwIfBadCandle(candle, this.name)
    const highest = this.highest.update(candle.high)
    const lowest = this.lowest.update(candle.low)
    if (highest === undefined || lowest === undefined) return undefined
    // What is not above zero becomes 0, never −0.
    return isAsGoodAs(highest, lowest) ? 0 : (highest - candle.close) / ((highest - lowest) / -100) + 0
  }
}

/** @returns one value per candle, NaN during the warm-up */
export const williamsR = (bars: Bars<keyof HighLowClose>, period = 14): Float64Array =>
  overCandles(new WilliamsR(period), HIGH_LOW_CLOSE, bars)
