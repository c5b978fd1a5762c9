import { type Bars, overCandles } from './arrays.js'
import { Atr } from './atr.js'
import { Indicator } from './indicator.js'
import { HIGH_LOW_CLOSE, type HighLowClose, periodOf, throwIfBadCandle } from './inputs.js'

/**
 * Normalised average true range, in per cent of the close: `100 · atr / close`; 0 where the close is 0. First answer: candle
 * `period + 1`. As TA-Lib's NATR (unstable period 0).
 */
export class Natr extends Indicator<HighLowClose, number> {
  readonly name = 'natr'
  readonly warmUp: number
  readonly atr: Atr

  constructor(period = 14) {
    super(period)
    this.atr = new Atr(periodOf(period, this.name))
    this.warmUp = this.atr.warmUp
  }

  update(candle: HighLowClose): number | undefined {
    throwIfBadCandle(candle, this.name)
    const atr = this.atr.update(candle)
    if (atr === undefined) return undefined
    return candle.close === 0 ? 0 : (atr / candle.close) * 100
  }
}

/** @returns one value per candle, NaN during the warm-up */
export const natr = (bars: Bars<keyof HighLowClose>, period = 14): Float64Array =>
  overCandles(new Natr(period), HIGH_LOW_CLOSE, bars)
