// A strategy that only says what it was told to say: signals given by candle. For truth tables, for replaying what another
// program decided, and for trying the risk settings and fill rules on their own.
import type { Signal, Strategy } from '../core/strategy.js'

/**
 * @param signals by the time at which the candle opens whose close gives the signal (milliseconds since 1970 UTC), or as a
 * list by the number of the candle, counted from 0
 */
export function signalsStrategy(
  signals: ReadonlyMap<number, Signal> | readonly (Signal | null | undefined)[],
): Strategy<object, { candle: number }> {
  const signalOf = Array.isArray(signals)
    ? (_at: number, candle: number): Signal | undefined => signals[candle] ?? undefined
    : (at: number): Signal | undefined => (signals as ReadonlyMap<number, Signal>).get(at)
  return {
    name: 'signals',
    title: 'Signals given beforehand',
    parameters: () => ({}),
    start: () => ({ candle: 0 }),
    next: ({ at }, memory) => signalOf(at, memory.candle++),
  }
}
