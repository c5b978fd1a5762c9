import { type Bars, overCandles } from './arrays.js'
import { Indicator } from './indicator.js'
import { type CloseVolume, throwIfNotFinite } from './inputs.js'
import { Total } from './total.js'

/**
 * On-balance volume of Joseph Granville, in the volume's unit: the volume of every candle that closed higher than the one before,
 * less that of every one that closed lower. It begins with the first candle's volume, which is the first answer. As TA-Lib's OBV.
 */
export class Obv extends Indicator<CloseVolume, number> {
  readonly name = 'obv'
  readonly warmUp = 1
  readonly balance = new Total()
  isWarm = false
  lastClose = 0

  update({ close, volume }: CloseVolume): number {
    throwIfNotFinite(close, this.name, 'close')
    throwIfNotFinite(volume, this.name, 'volume')
    const change = this.isWarm ? Math.sign(close - this.lastClose) : 1
    this.isWarm = true
    this.lastClose = close
    return this.balance.update(change * volume)
  }
}

/** @returns one value per candle */
export const obv = (bars: Bars<keyof CloseVolume>): Float64Array => overCandles(new Obv(), ['close', 'volume'], bars)
