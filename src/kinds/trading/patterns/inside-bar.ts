import { type Bars, overCandles } from '../indicators/arrays.js'
import { Indicator } from '../indicators/indicator.js'
import { type HighLow, throwIfNotFinite } from '../indicators/inputs.js'

/**
 * Inside bar: 100 where the whole candle lies within the one before, `high < last high` and `low > last low`, else 0; it says nothing
 * about the direction. First answer: candle 2.
 */
export class InsideBar extends Indicator<HighLow, number> {
  readonly name = 'inside-bar'
  readonly warmUp = 2
  isWarm = false
  lastHigh = 0
  lastLow = 0

  update({ high, low }: HighLow): number | undefined {
    throwIfNotFinite(high, this.name, 'high')
    throwIfNotFinite(low, this.name, 'low')
    const { isWarm, lastHigh, lastLow } = this
    this.isWarm = true
    this.lastHigh = high
    this.lastLow = low
    if (!isWarm) return undefined
    return high < lastHigh && low > lastLow ? 100 : 0
  }
}

/** @returns one value per candle, NaN during the warm-up */
export const insideBar = (bars: Bars<keyof HighLow>): Float64Array =>
  overCandles(new InsideBar(), ['high', 'low'], bars)
