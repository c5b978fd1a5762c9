// Higher candles, made of base candles inside the core: one rule for backtest, paper and live. A higher candle closes with the
// base candle that ends its span, or, when that one is missing, as soon as a candle of the next span comes. It is handed out
// closed or not at all; the first one is left out when the data does not begin with it. Of the base timeframe each candle is one.
import type { Candle } from '../candles/candle.js'
import { openOf } from '../candles/timeframe.js'

export interface Higher {
  timeframe: string
  ms: number
}

/**
 * Counts a base candle in. `making` is changed: by timeframe the candle in the making, or null.
 * @param lastAt when the base candle before it opened, −1 for none
 * @param closed called with what closed, the longest timeframe first
 */
export function aggregate(
  making: Record<string, Candle | null>,
  higher: readonly Higher[],
  candle: Readonly<Candle>,
  { lastAt, baseMs }: { lastAt: number; baseMs: number },
  closed: (timeframe: string, candle: Candle) => void,
): void {
  for (let i = 0; i < higher.length; i++) {
    const { timeframe, ms } = higher[i] as Higher
    if (ms === baseMs) {
      closed(timeframe, { ...candle })
      continue
    }
    const open = openOf(candle.at, ms)
    let current = making[timeframe] ?? null
    if (current !== null && current.at !== open) {
      making[timeframe] = null
      closed(timeframe, current)
      current = null
    }
    if (current !== null) {
      if (candle.high > current.high) current.high = candle.high
      if (candle.low < current.low) current.low = candle.low
      current.close = candle.close
      current.volume += candle.volume
    } else if (candle.at === open || (lastAt >= 0 && openOf(lastAt, ms) < open)) {
      current = {
        at: open,
        open: candle.open,
        high: candle.high,
        low: candle.low,
        close: candle.close,
        volume: candle.volume,
      }
    } else continue
    const isWhole = candle.at + baseMs >= open + ms
    making[timeframe] = isWhole ? null : current
    if (isWhole) closed(timeframe, current)
  }
}
