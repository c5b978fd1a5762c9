// A breakout of the range of the last candles, with its stop and target measured in average true ranges. Volatility decides how
// far away they lie, so that risk sizing takes less of what moves more.
import type { Signal } from '../core/strategy.js'
import { Atr } from '../indicators/atr.js'
import { Ema } from '../indicators/ema.js'
import { Highest, Lowest } from '../indicators/rolling.js'
import { defineStrategy } from './define.js'

export const breakoutAtr = defineStrategy({
  name: 'breakout-atr',
  title: 'Breakout of a range, with stops by volatility',
  parameters: (z) => ({
    channel: z.int().min(2).max(1000).default(20).describe('Candles whose highest high and lowest low are the range'),
    atrPeriod: z.int().min(1).max(500).default(14).describe('Candles of the average true range'),
    stopAtr: z.number().min(0.1).max(20).default(2).describe('The stop lies this many average true ranges away'),
    targetAtr: z.number().min(0).max(50).default(4).describe('So does the take profit; 0 sets none'),
    bufferAtr: z.number().min(0).max(5).default(0).describe('The close must lie this far beyond the range'),
    trend: z.int().min(0).max(1000).default(0).describe('Only with the average of so many candles; 0 asks for none'),
    exitChannel: z
      .int()
      .min(0)
      .max(1000)
      .default(10)
      .describe('Leaves at the other end of the range of so many candles; 0: never'),
  }),
  start: ({ channel, atrPeriod, trend, exitChannel }) => ({
    high: new Highest(channel),
    low: new Lowest(channel),
    exitHigh: new Highest(exitChannel || 1),
    exitLow: new Lowest(exitChannel || 1),
    atr: new Atr(atrPeriod),
    trend: new Ema(trend || 1),
    // The ranges as they were before the candle in hand: it may not break out of itself.
    top: 0,
    bottom: 0,
    exitTop: 0,
    exitBottom: 0,
  }),
  next(candle, memory, { parameters, position }): Signal | undefined {
    const { close } = candle
    const { top, bottom, exitTop, exitBottom } = memory
    memory.top = memory.high.update(candle.high) ?? 0
    memory.bottom = memory.low.update(candle.low) ?? 0
    memory.exitTop = memory.exitHigh.update(candle.high) ?? 0
    memory.exitBottom = memory.exitLow.update(candle.low) ?? 0
    const atr = memory.atr.update(candle)
    const average = memory.trend.update(close)
    if (position && parameters.exitChannel > 0) {
      const isOver = position.side === 'long' ? close < exitBottom : exitTop > 0 && close > exitTop
      if (isOver) return { exit: position.side }
    }
    if (position || atr === undefined || average === undefined || top === 0) return undefined
    const buffer = parameters.bufferAtr * atr
    const isUp = close > top + buffer
    const isDown = close < bottom - buffer
    if (!isUp && !isDown) return undefined
    if (parameters.trend > 0 && (isUp ? close <= average : close >= average)) return undefined
    const sign = isUp ? 1 : -1
    const stop = close - sign * parameters.stopAtr * atr
    const takeProfit = close + sign * parameters.targetAtr * atr
    if (!(stop > 0)) return undefined
    return {
      enter: isUp ? 'long' : 'short',
      stop,
      ...(parameters.targetAtr > 0 && takeProfit > 0 ? { takeProfit } : {}),
      tag: 'breakout',
    }
  },
})
