// From which candle on a strategy can act: when the slowest of its indicators has its first value.
import type { AnyStrategy } from '../core/strategy.js'

/**
 * @param parameters as its schema answered them
 * @returns how many candles pass before the first on which all indicators of its memory have a value; those of higher
 * timeframes are not counted, as nobody knows here which they are
 */
export function warmUpOf(strategy: AnyStrategy, parameters: object): number {
  const memory: unknown = strategy.start(parameters)
  if (typeof memory !== 'object' || memory === null) return 0
  const needed = Object.values(memory).map((one: unknown) => (hasWarmUp(one) ? one.warmUp : 0))
  return Math.max(0, ...needed.map((values) => values - 1))
}

const hasWarmUp = (value: unknown): value is { warmUp: number } =>
  typeof value === 'object' && value !== null && 'warmUp' in value && typeof value.warmUp === 'number'
