// The lengths of candles that the venues have. Months differ, and three days begin where each venue likes: both are
// aggregated from days instead.
import { openOf, timeframeMs } from '../timeframe.js'

export const TIMEFRAMES = ['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '8h', '12h', '1d', '1w'] as const
export type Timeframe = (typeof TIMEFRAMES)[number]

/** In ms. */
export const lengthOf = (timeframe: Timeframe): number => timeframeMs(timeframe)

/** The opening of the candle that this moment lies in, ms since the epoch. */
export const openingAt = (timeframe: Timeframe, atMs: number): number => openOf(atMs, lengthOf(timeframe))

/** The first opening at this moment or after it. */
export function openingFrom(timeframe: Timeframe, atMs: number): number {
  const opening = openingAt(timeframe, atMs)
  return opening === atMs ? opening : opening + lengthOf(timeframe)
}
