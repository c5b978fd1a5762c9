// Two moving averages of the close: in when the fast one crosses over the slow one, out and the other way round when it
// crosses under. A cross is strictly below before and strictly above now, as backtesting.py's `crossover` has it.
import type { Signal } from '../core/strategy.js'
import { Atr } from '../indicators/atr.js'
import { Sma } from '../indicators/sma.js'
import { defineStrategy } from './define.js'

export const smaCross = defineStrategy({
  name: 'sma-cross',
  title: 'Moving-average cross',
  parameters: (z) => ({
    fast: z.int().min(1).max(1000).default(10).describe('Candles of the fast average'),
    slow: z.int().min(2).max(5000).default(20).describe('Candles of the slow average'),
    atrPeriod: z
      .int()
      .min(1)
      .max(500)
      .default(14)
      .describe('Candles of the average true range that the stop is measured in'),
    stopAtr: z
      .number()
      .min(0)
      .max(50)
      .default(0)
      .describe('The stop lies this many average true ranges away; 0 sets none'),
  }),
  refuses: ({ fast, slow }) => (fast < slow ? [] : [`fast must be below slow, it is ${fast} and ${slow}`]),
  start: ({ fast, slow, atrPeriod, stopAtr }) => ({
    fast: new Sma(fast),
    slow: new Sma(slow),
    atr: stopAtr > 0 ? new Atr(atrPeriod) : null,
    /** Fast less slow at the candle before; 0 before the first. */
    lead: 0,
  }),
  next(candle, memory, { parameters }): Signal | undefined {
    const atr = memory.atr?.update(candle)
    const fast = memory.fast.update(candle.close)
    const slow = memory.slow.update(candle.close)
    if (fast === undefined || slow === undefined) return undefined
    const before = memory.lead
    const lead = fast - slow
    memory.lead = lead
    if (!(before < 0 && lead > 0) && !(before > 0 && lead < 0)) return undefined
    const distance = (atr ?? 0) * parameters.stopAtr
    const stop = lead > 0 ? candle.close - distance : candle.close + distance
    const [enter, exit] = lead > 0 ? (['long', 'short'] as const) : (['short', 'long'] as const)
    if (parameters.stopAtr === 0) return { exit, enter }
    // Without the stop that was asked for it leaves and enters nothing.
    return distance > 0 && stop > 0 ? { exit, enter, stop } : { exit }
  },
})
