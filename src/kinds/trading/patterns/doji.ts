import { Indicator } from '../indicators/indicator.js'
import type { OpenHighLowClose } from '../indicators/inputs.js'
import { bodyOf, MeanBefore, overBars, type PatternBars, rangeOf, throwIfBadBar } from './pattern.js'

/**
 * Doji: it closed about where it opened. 100 where the body is at most a tenth of the mean range of the ten candles before, else 0;
 * it says nothing about the direction. First answer: candle 11. As TA-Lib's CDLDOJI.
 */
export class Doji extends Indicator<OpenHighLowClose, number> {
  readonly name = 'doji'
  readonly warmUp = 11
  readonly range = new MeanBefore()

  update(candle: OpenHighLowClose): number | undefined {
    throwIfBadBar(candle, this.name)
    const range = this.range.update(rangeOf(candle))
    if (range === undefined) return undefined
    return bodyOf(candle) <= 0.1 * range ? 100 : 0
  }
}

/** @returns one value per candle, NaN during the warm-up */
export const doji = (bars: PatternBars): Float64Array => overBars(new Doji(), bars)
