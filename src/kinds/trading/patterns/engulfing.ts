import { Indicator } from '../indicators/indicator.js'
import type { OpenHighLowClose } from '../indicators/inputs.js'
import { isWhite, overBars, type PatternBars, throwIfBadBar } from './pattern.js'

/**
 * Engulfing: the body covers the one before, which has the other colour. 100 where a white body covers a black one, −100 where a
 * black one covers a white one, 80 and −80 where they meet at one end, else 0. The trend before is the caller's business.
 * First answer: candle 3. As TA-Lib's CDLENGULFING.
 */
export class Engulfing extends Indicator<OpenHighLowClose, number> {
  readonly name = 'engulfing'
  readonly warmUp = 3
  seen = 0
  lastOpen = 0
  lastClose = 0

  update(candle: OpenHighLowClose): number | undefined {
    throwIfBadBar(candle, this.name)
    const last = { open: this.lastOpen, close: this.lastClose }
    this.lastOpen = candle.open
    this.lastClose = candle.close
    if (this.seen < this.warmUp && ++this.seen < this.warmUp) return undefined
    return engulfs(candle, last)
  }
}

function engulfs(candle: OpenHighLowClose, last: { open: number; close: number }): number {
  const direction = isWhite(candle) ? 1 : -1
  if (direction === (last.close >= last.open ? 1 : -1)) return 0
  // In the candle's own direction: how far it closed beyond the other's open, and how far it opened behind its close.
  const beyond = (candle.close - last.open) * direction
  const behind = (last.close - candle.open) * direction
  if (beyond < 0 || behind < 0 || (beyond === 0 && behind === 0)) return 0
  return direction * (beyond === 0 || behind === 0 ? 80 : 100)
}

/** @returns one value per candle, NaN during the warm-up */
export const engulfing = (bars: PatternBars): Float64Array => overBars(new Engulfing(), bars)
