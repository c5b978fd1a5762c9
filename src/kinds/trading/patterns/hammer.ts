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
 * Hammer: 100 where the body is smaller than the mean body of the ten candles before, the lower shadow longer than the body, the
 * upper one shorter than a tenth of the mean range of the ten before, and the body lies at or below the last low, or above it by no
 * more than a fifth of the mean range of the five candles before the last; else 0. First answer: candle 12. As TA-Lib's CDLHAMMER.
 */
export class Hammer extends Indicator<OpenHighLowClose, number> {
  readonly name = 'hammer'
  readonly warmUp = 12
  readonly body = new MeanBefore()
  readonly range = new MeanBefore()
  readonly near = new MeanBefore(5)
  seen = 0
  lastLow = 0
  /** The mean range of five candles, as it was for the last candle. */
  lastNear = 0

  update(candle: OpenHighLowClose): number | undefined {
    throwIfBadBar(candle, this.name)
    const { lastLow, lastNear } = this
    const body = this.body.update(bodyOf(candle))
    const range = this.range.update(rangeOf(candle))
    this.lastNear = this.near.update(rangeOf(candle)) ?? 0
    this.lastLow = candle.low
    if (this.seen < this.warmUp) this.seen++
    if (body === undefined || range === undefined || this.seen < this.warmUp) return undefined
    const isHammer =
      bodyOf(candle) < body &&
      lowerShadowOf(candle) > bodyOf(candle) &&
      upperShadowOf(candle) < 0.1 * range &&
      Math.min(candle.open, candle.close) <= lastLow + 0.2 * lastNear
    return isHammer ? 100 : 0
  }
}

/** @returns one value per candle, NaN during the warm-up */
export const hammer = (bars: PatternBars): Float64Array => overBars(new Hammer(), bars)
