// Buys a dip in a rising market: the average of the hours points up, the RSI of the minutes is low.
import { Atr, defineStrategy, Ema, Rsi } from 'frota/trading'

export default defineStrategy({
  name: 'pullback',
  parameters: (z) => ({
    dip: z.number().min(5).max(50).default(30).describe('Buys below this RSI'),
    stopAtr: z.number().min(0.5).max(10).default(2).describe('The stop lies this many average true ranges below'),
  }),
  timeframes: () => ['4h'],
  start: () => ({ rsi: new Rsi(14), atr: new Atr(14), trend: new Ema(50), average: 0, slope: 0 }),
  closed(_timeframe, candle, memory) {
    const average = memory.trend.update(candle.close) ?? 0
    memory.slope = memory.average > 0 ? average - memory.average : 0
    memory.average = average
  },
  next({ close, ...candle }, memory, { parameters, position }) {
    const [rsi, atr] = [memory.rsi.update(close), memory.atr.update({ close, ...candle })]
    if (position) return rsi > 55 ? { exit: 'long' } : undefined
    if (rsi < parameters.dip && memory.slope > 0) return { enter: 'long', stop: close - parameters.stopAtr * atr }
  },
})
