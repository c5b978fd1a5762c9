// What indicators read, and what they refuse.

export interface HighLow {
  readonly high: number
  readonly low: number
}

export interface HighLowClose extends HighLow {
  readonly close: number
}

export interface OpenHighLowClose extends HighLowClose {
  readonly open: number
}

export interface CloseVolume {
  readonly close: number
  readonly volume: number
}

export const HIGH_LOW_CLOSE = ['high', 'low', 'close'] as const
export const OPEN_HIGH_LOW_CLOSE = ['open', ...HIGH_LOW_CLOSE] as const

/** Beyond it products of three inputs could overflow, and one Infinity would poison all later values. */
const LARGEST = 1e100
/** TA-Lib's own limit. */
const LONGEST_PERIOD = 100_000

/** RangeError unless it is a number from -1e100 to 1e100: NaN, Infinity, texts and null never get into a state. */
export function throwIfNotFinite(value: number, indicator: string, field = 'value'): void {
  if (typeof value !== 'number' || !(Math.abs(value) <= LARGEST)) throw refusal(value, indicator, field)
}

function refusal(value: unknown, indicator: string, field: string): RangeError {
  const shown = typeof value === 'number' ? String(value) : `a ${value === null ? 'null' : typeof value}`
  return new RangeError(`${indicator}: ${field} must be a finite number, it is ${shown}`)
}

export function throwIfBadCandle({ high, low, close }: HighLowClose, indicator: string): void {
  throwIfNotFinite(high, indicator, 'high')
  throwIfNotFinite(low, indicator, 'low')
  throwIfNotFinite(close, indicator, 'close')
}

/** A whole number of values or candles, at least `least`; RangeError. */
export function periodOf(period: number, indicator: string, least = 1, name = 'period'): number {
  if (!Number.isInteger(period) || period < least || period > LONGEST_PERIOD)
    throw new RangeError(
      `${indicator}: ${name} must be a whole number from ${least} to ${LONGEST_PERIOD}, it is ${String(period)}`,
    )
  return period
}

/** A difference this small against its operands is what rounding leaves of equal values: TA-Lib's own measure. */
const ROUNDING = 1e-14

/** Whether the two are equal but for rounding. */
export const isAsGoodAs = (a: number, b: number): boolean => Math.abs(a - b) <= ROUNDING * (Math.abs(a) + Math.abs(b))

/** A factor from 0 up; RangeError. */
export function factorOf(factor: number, indicator: string, name: string): number {
  if (typeof factor !== 'number' || !(factor >= 0 && factor <= LARGEST))
    throw new RangeError(`${indicator}: ${name} must be a number from 0, it is ${String(factor)}`)
  return factor
}
