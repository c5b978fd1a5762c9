// A candle in ticks, as the venue fills by it.
import type { Candle } from '../candles/candle.js'
import type { Measure } from '../core/measure.js'

export interface CandleTicks {
  at: number
  open: number
  high: number
  low: number
  close: number
}

/** Into an object that is used again. What the data's range leaves out is taken in. */
export function readTicks(into: CandleTicks, candle: Readonly<Candle>, measure: Measure): void {
  into.at = candle.at
  into.open = measure.ticks(candle.open)
  into.close = measure.ticks(candle.close)
  into.high = Math.max(measure.ticks(candle.high), into.open, into.close)
  into.low = Math.min(measure.ticks(candle.low), into.open, into.close)
}
