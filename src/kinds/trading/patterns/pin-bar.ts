import { Indicator } from '../indicators/indicator.js'
import type { OpenHighLowClose } from '../indicators/inputs.js'
import { lowerShadowOf, overBars, type PatternBars, rangeOf, throwIfBadBar, upperShadowOf } from './pattern.js'

/**
 * Pin bar: one shadow takes at least two thirds of the whole range, so that the body lies in the other third. 100 where it is the
 * lower shadow (prices were refused below), −100 where it is the upper one, else 0, also for a candle without any range.
 * First answer: candle 1.
 */
export class PinBar extends Indicator<OpenHighLowClose, number> {
  readonly name = 'pin-bar'
  readonly warmUp = 1

  update(candle: OpenHighLowClose): number {
    throwIfBadBar(candle, this.name)
    const range = rangeOf(candle)
    if (range <= 0) return 0
    if (3 * lowerShadowOf(candle) >= 2 * range) return 100
    return 3 * upperShadowOf(candle) >= 2 * range ? -100 : 0
  }
}

/** @returns one value per candle */
export const pinBar = (bars: PatternBars): Float64Array => overBars(new PinBar(), bars)
