import { type Bars, overCandles } from './arrays.js'
import { Indicator } from './indicator.js'
import { HIGH_LOW_CLOSE, type HighLowClose, isAsGoodAs, periodOf, throwIfBadCandle } from './inputs.js'

/**
 * Commodity channel index of Donald Lambert, without unit: `(price − mean) / (0.015 · mean distance from the mean)`, with the
 * typical price `(high + low + close) / 3`; 0 where all prices are equal. First answer: candle `period`. As TA-Lib's CCI. A mean
 * distance knows no step from one window to the next, so each candle costs `period` steps, here as there.
 */
export class Cci extends Indicator<HighLowClose, number> {
  readonly name = 'cci'
  readonly warmUp: number
  readonly prices: Float64Array
  next = 0
  isWarm = false

  constructor(period = 14) {
    super(period)
    this.warmUp = periodOf(period, this.name, 2)
    this.prices = new Float64Array(period)
  }

  update(candle: HighLowClose): number | undefined {
    throwIfBadCandle(candle, this.name)
    const { prices } = this
    const price = (candle.high + candle.low + candle.close) / 3
    prices[this.next++] = price
    if (this.next === prices.length) {
      this.next = 0
      this.isWarm = true
    }
    return this.isWarm ? indexOf(price, prices) : undefined
  }
}

function indexOf(price: number, prices: Float64Array): number {
  const period = prices.length
  let sum = 0
  for (let i = 0; i < period; i++) sum += prices[i] as number
  const mean = sum / period
  let distances = 0
  for (let i = 0; i < period; i++) distances += Math.abs((prices[i] as number) - mean)
  return isAsGoodAs(price, mean) || distances === 0 ? 0 : (price - mean) / (0.015 * (distances / period))
}

/** @returns one value per candle, NaN during the warm-up */
export const cci = (bars: Bars<keyof HighLowClose>, period = 14): Float64Array =>
  overCandles(new Cci(period), HIGH_LOW_CLOSE, bars)
