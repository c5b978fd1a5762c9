// Timeframes as traders write them: 1m, 15m, 4h, 1d, 1w. Candles of one begin at whole multiples of its length since
// 1970-01-01 UTC; weeks begin on Monday.
import { BadInput } from '../../../core/bad-input.js'

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }
/** 1970-01-01 was a Thursday. */
const FIRST_MONDAY_MS = 4 * 86_400_000

/** @returns its length in milliseconds; BadInput for what is no timeframe */
export function timeframeMs(timeframe: string): number {
  const [, count, unit] = /^([1-9]\d{0,3})([smhdw])$/.exec(timeframe) ?? []
  if (count === undefined || unit === undefined) {
    throw new BadInput(`"${timeframe}" is no timeframe: write a number and s, m, h, d or w, as in 15m or 4h`)
  }
  return Number(count) * (UNIT_MS[unit] as number)
}

/** @returns the timeframe of this length as it is usually written: 3,600,000 is 1h; undefined when it has no name */
export function timeframeOf(ms: number): string | undefined {
  for (const unit of ['w', 'd', 'h', 'm', 's']) {
    const count = ms / (UNIT_MS[unit] as number)
    if (Number.isInteger(count) && count >= 1 && count < 10_000) return `${count}${unit}`
  }
  return undefined
}

/** @returns when the candle of this length that contains `at` opens */
export function openOf(at: number, ms: number): number {
  const shift = ms % (UNIT_MS.w as number) === 0 ? FIRST_MONDAY_MS : 0
  return Math.floor((at - shift) / ms) * ms + shift
}
