import { Indicator } from '../indicators/indicator.js'
import type { OpenHighLowClose } from '../indicators/inputs.js'
import {
  bodyOf,
  lowerShadowOf,
  MeanBefore,
  overBars,
  type PatternBars,
  rangeOf,
  throwIfBadBar,
  upperShadowOf,
} from './pattern.js'

/**
 * Shooting star: −100 where the body is smaller than the mean body of the ten candles before, the upper shadow longer than the
 * body, the lower one shorter than a tenth of the mean range of the ten before, and the body lies wholly above the last one;
 * else 0. First answer: candle 12. As TA-Lib's CDLSHOOTINGSTAR.
 */
export class ShootingStar extends Indicator<OpenHighLowClose, number> {
  readonly name = 'shooting-star'
  readonly warmUp = 12
  readonly body = new MeanBefore()
  readonly range = new MeanBefore()
  seen = 0
  lastTop = 0

  update(candle: OpenHighLowClose): number | undefined {
    throwIfBadBar(candle, this.name)
    const { lastTop } = this
    const body = this.body.update(bodyOf(candle))
    const range = this.range.update(rangeOf(candle))
    this.lastTop = Math.max(candle.open, candle.close)
    if (this.seen < this.warmUp) this.seen++
    if (body === undefined || range === undefined || this.seen < this.warmUp) return undefined
    const isStar =
      bodyOf(candle) < body &&
      upperShadowOf(candle) > bodyOf(candle) &&
      lowerShadowOf(candle) < 0.1 * range &&
      Math.min(candle.open, candle.close) > lastTop
    return isStar ? -100 : 0
  }
}

/** @returns one value per candle, NaN during the warm-up */
export const shootingStar = (bars: PatternBars): Float64Array => overBars(new ShootingStar(), bars)
