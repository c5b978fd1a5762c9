import { type Bars, overCandles } from './arrays.js'
import { Indicator } from './indicator.js'
import { HIGH_LOW_CLOSE, type HighLowClose, periodOf, throwIfBadCandle } from './inputs.js'

/**
 * True range, in the price's unit: how far the price went since the last close, `max(high, last close) − min(low, last close)`.
 * First answer: candle 2. As TA-Lib's TRANGE.
 */
export class TrueRange extends Indicator<HighLowClose, number> {
  readonly name = 'true-range'
  readonly warmUp = 2
  isWarm = false
  lastClose = 0

  update(candle: HighLowClose): number | undefined {
    throwIfBadCandle(candle, this.name)
    const { lastClose, isWarm } = this
    this.lastClose = candle.close
    if (isWarm) return trueRange(candle, lastClose)
    this.isWarm = true
    return undefined
  }
}

export function trueRange({ high, low }: HighLowClose, lastClose: number): number {
  return Math.max(high - low, Math.abs(high - lastClose), Math.abs(low - lastClose))
}

/**
 * Average true range of Welles Wilder, in the price's unit. It begins with the simple mean of the first `period` true ranges,
 * then `(atr · (period − 1) + range) / period`. First answer: candle `period + 1`. As TA-Lib's ATR (unstable period 0).
 */
export class Atr extends Indicator<HighLowClose, number> {
  readonly name = 'atr'
  readonly warmUp: number
  seen = 0
  lastClose = 0
  /** The sum of the first ranges during the warm-up, then the average. */
  average = 0

  constructor(period = 14) {
    super(period)
    this.warmUp = periodOf(period, this.name) + 1
  }

  update(candle: HighLowClose): number | undefined {
    throwIfBadCandle(candle, this.name)
    const range = trueRange(candle, this.lastClose)
    this.lastClose = candle.close
    const period = this.warmUp - 1
    if (this.seen > period) {
      this.average = (this.average * (period - 1) + range) / period
      return this.average
    }
    if (this.seen++ > 0) this.average += range
    if (this.seen <= period) return undefined
    this.average /= period
    return this.average
  }
}

/** @returns one value per candle, NaN during the warm-up */
export const trueRanges = (bars: Bars<keyof HighLowClose>): Float64Array =>
  overCandles(new TrueRange(), HIGH_LOW_CLOSE, bars)

/** @returns one value per candle, NaN during the warm-up */
export const atr = (bars: Bars<keyof HighLowClose>, period = 14): Float64Array =>
  overCandles(new Atr(period), HIGH_LOW_CLOSE, bars)
