// The RSI at an extreme, on more volume than usual, with a candle pattern that says the turn has begun. Filters that can be
// switched on: the trend of a higher timeframe, the strength of the trend, and the long/short ratio of the crowd.
import type { Candle } from '../candles/candle.js'
import type { Signal } from '../core/strategy.js'
import type { Side } from '../core/types.js'
import { Adx } from '../indicators/adx.js'
import { Atr } from '../indicators/atr.js'
import { Ema } from '../indicators/ema.js'
import { Rsi } from '../indicators/rsi.js'
import { VolumeSma } from '../indicators/sma.js'
import { Engulfing } from '../patterns/engulfing.js'
import { Hammer } from '../patterns/hammer.js'
import { PinBar } from '../patterns/pin-bar.js'
import { ShootingStar } from '../patterns/shooting-star.js'
import { EveningStar, MorningStar } from '../patterns/star.js'
import { defineStrategy } from './define.js'

const LONG_SHORT_RATIO = 'long-short-ratio'

export const rsiVolume = defineStrategy({
  name: 'rsi-volume',
  title: 'RSI extremes confirmed by volume and a candle pattern',
  parameters: (z) => ({
    rsiPeriod: z.int().min(2).max(200).default(14).describe('Candles of the RSI'),
    oversold: z.number().min(1).max(50).default(30).describe('Longs below this RSI'),
    overbought: z.number().min(50).max(99).default(70).describe('Shorts above this RSI'),
    exitRsi: z
      .number()
      .min(0)
      .max(100)
      .default(50)
      .describe('Leaves once the RSI is back here; 0: by stop and target alone'),
    volumePeriod: z.int().min(1).max(500).default(20).describe('Candles of the usual volume'),
    volumeFactor: z
      .number()
      .min(0)
      .max(20)
      .default(1.5)
      .describe('The volume must be this many times the usual; 0: any'),
    pattern: z.enum(['off', 'any']).default('any').describe('Whether a candle pattern must confirm the turn'),
    patternCandles: z
      .int()
      .min(1)
      .max(20)
      .default(3)
      .describe('How long an extreme waits for its pattern and its volume'),
    atrPeriod: z.int().min(1).max(200).default(14).describe('Candles of the average true range'),
    stopAtr: z.number().min(0.1).max(20).default(2).describe('The stop lies this many average true ranges away'),
    targetAtr: z.number().min(0).max(50).default(3).describe('So does the take profit; 0 sets none'),
    trendTimeframe: z
      .string()
      .default('')
      .describe('A timeframe like 1h, of the candles or higher, whose trend must not be against; empty: none'),
    trendPeriod: z.int().min(2).max(500).default(50).describe('Candles of the average there'),
    adxPeriod: z.int().min(2).max(200).default(14).describe('Candles of the trend strength'),
    maxAdx: z.number().min(0).max(100).default(0).describe('No entries against a trend stronger than this ADX; 0: any'),
    maxLongShortRatio: z
      .number()
      .min(0)
      .max(100)
      .default(0)
      .describe('No longs while more longs than this are to one short; 0: any'),
    minLongShortRatio: z
      .number()
      .min(0)
      .max(100)
      .default(0)
      .describe('No shorts while fewer longs than this are to one short; 0: any'),
  }),
  refuses: ({ oversold, overbought, exitRsi }) =>
    exitRsi === 0 || (exitRsi > oversold && exitRsi < overbought)
      ? []
      : [`exitRsi must lie between oversold and overbought, it is ${exitRsi}`],
  timeframes: ({ trendTimeframe }) => (trendTimeframe === '' ? [] : [trendTimeframe]),
  start: (p) => ({
    rsi: new Rsi(p.rsiPeriod),
    volume: new VolumeSma(p.volumePeriod),
    atr: new Atr(p.atrPeriod),
    adx: new Adx(p.adxPeriod),
    trend: new Ema(p.trendPeriod),
    bullish: [new Engulfing(), new Hammer(), new MorningStar(), new PinBar()],
    bearish: [new ShootingStar(), new EveningStar()],
    /** The average of the higher timeframe; 0 before its first. */
    trendAt: 0,
    /** Candles since the RSI was last oversold and overbought; −1 for never. */
    sinceLow: -1,
    sinceHigh: -1,
  }),
  closed(_timeframe, candle, memory) {
    memory.trendAt = memory.trend.update(candle.close) ?? 0
  },
  next(candle, memory, view): Signal | undefined {
    const p = view.parameters
    const rsi = memory.rsi.update(candle.close)
    const usual = memory.volume.update(candle)
    const atr = memory.atr.update(candle)
    const adx = p.maxAdx > 0 ? memory.adx.update(candle) : undefined
    const turn = p.pattern === 'off' ? 0 : turnOf(candle, memory)
    if (rsi === undefined || usual === undefined || atr === undefined) return undefined
    memory.sinceLow = rsi < p.oversold ? 0 : memory.sinceLow < 0 ? -1 : memory.sinceLow + 1
    memory.sinceHigh = rsi > p.overbought ? 0 : memory.sinceHigh < 0 ? -1 : memory.sinceHigh + 1
    const { position } = view
    if (position) return isDone(position.side, rsi, p.exitRsi) ? { exit: position.side } : undefined
    if (candle.volume < p.volumeFactor * usual) return undefined
    const isLow = memory.sinceLow >= 0 && memory.sinceLow < p.patternCandles && (p.pattern === 'off' || turn > 0)
    const isHigh = memory.sinceHigh >= 0 && memory.sinceHigh < p.patternCandles && (p.pattern === 'off' || turn < 0)
    if (isLow === isHigh) return undefined
    const side: Side = isLow ? 'long' : 'short'
    if (p.trendTimeframe !== '' && isAgainst(side, candle.close, memory.trendAt)) return undefined
    if (p.maxAdx > 0 && (adx === undefined || adx.adx > p.maxAdx)) return undefined
    if (isCrowded(side, view.series(LONG_SHORT_RATIO), p)) return undefined
    const sign = isLow ? 1 : -1
    const stop = candle.close - sign * p.stopAtr * atr
    const takeProfit = candle.close + sign * p.targetAtr * atr
    if (!(stop > 0) || atr === 0) return undefined
    return {
      enter: side,
      stop,
      ...(p.targetAtr > 0 && takeProfit > 0 ? { takeProfit } : {}),
      tag: isLow ? 'oversold' : 'overbought',
    }
  },
})

interface Turns {
  bullish: { update(candle: Candle): number | undefined }[]
  bearish: { update(candle: Candle): number | undefined }[]
}

/** Above zero when a pattern speaks for rising prices, below for falling ones. Every pattern hears every candle. */
function turnOf(candle: Readonly<Candle>, { bullish, bearish }: Turns): number {
  let turn = 0
  for (const pattern of bullish) turn += pattern.update(candle) ?? 0
  for (const pattern of bearish) turn += pattern.update(candle) ?? 0
  return turn
}

const isDone = (side: Side, rsi: number, exitRsi: number) =>
  exitRsi > 0 && (side === 'long' ? rsi >= exitRsi : rsi <= exitRsi)

/** Before its average has begun nothing is known of the trend, and nothing goes through. */
const isAgainst = (side: Side, close: number, trendAt: number) =>
  trendAt === 0 || (side === 'long' ? close < trendAt : close > trendAt)

/** A filter that is switched on lets nothing through before its series has begun: unknown is not zero. */
function isCrowded(
  side: Side,
  ratio: number | undefined,
  { maxLongShortRatio, minLongShortRatio }: { maxLongShortRatio: number; minLongShortRatio: number },
): boolean {
  if (side === 'long') return maxLongShortRatio > 0 && (ratio === undefined || ratio > maxLongShortRatio)
  return minLongShortRatio > 0 && (ratio === undefined || ratio < minLongShortRatio)
}
