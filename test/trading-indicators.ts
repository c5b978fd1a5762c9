// All indicators and patterns that frota/trading exports, none forgotten.
import * as trading from '../src/kinds/trading/public.js'

type AnyIndicator = trading.Indicator<unknown, unknown>

export interface Exported {
  name: string
  make(): AnyIndicator
  /** Whether it takes numbers; otherwise candles. */
  takesNumbers: boolean
}

type Class = new (...args: number[]) => AnyIndicator

const isIndicator = (value: unknown): boolean =>
  typeof value === 'function' && value.prototype instanceof trading.Indicator

export const EVERY_INDICATOR: Exported[] = Object.entries(trading).flatMap(([name, value]) => {
  if (!isIndicator(value)) return []
  const made = value as unknown as Class
  // Those without a usual period are given one.
  const make = () => new made(...Array.from({ length: made.length }, () => 5))
  return [{ name, make, takesNumbers: takes(make(), 1) }]
})

function takes(indicator: AnyIndicator, input: unknown): boolean {
  try {
    indicator.update(input)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
