import { type Bars, overCandles } from './arrays.js'
import { Indicator } from './indicator.js'
import { type HighLowClose, periodOf, throwIfBadCandle } from './inputs.js'

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

function trueRange({ high, low }: HighLowClose, lastClose: number): number {
  const up = Math.abs(high - lastClose)
  const down = Math.abs(low - lastClose)
  return Math.max(high - low, up, down)
}

/**
 * Average true range of Welles Wilder, in the price's unit. It begins with the simple mean of the first `period` true ranges,
 * then `(atr · (period − 1) + range) / period`. First answer: candle `period + 1`. As TA-Lib's ATR (unstable period 0).
 */
export class Atr extends Indicator<HighLowClose, number> {
  readonly name: string = 'atr'
  readonly warmUp: number
  readonly range = new TrueRange()
  ranges = 0
  /** The sum of the first ranges during the warm-up, then the average. */
  average = 0

  constructor(period = 14) {
    super(period)
    this.warmUp = periodOf(period, 'atr') + 1
  }

  update(candle: HighLowClose): number | undefined {
    const range = this.range.update(candle)
    if (range === undefined) return undefined
    const period = this.warmUp - 1
    if (this.ranges === period) {
      this.average = (this.average * (period - 1) + range) / period
      return this.average
    }
    this.average += range
    if (++this.ranges < period) return undefined
    this.average /= period
    return this.average
  }
}

/** @returns one value per candle, NaN during the warm-up */
export const trueRanges = (bars: Bars<keyof HighLowClose>): Float64Array => overCandles(new TrueRange(), HLC, bars)

/** @returns one value per candle, NaN during the warm-up */
export const atr = (bars: Bars<keyof HighLowClose>, period = 14): Float64Array =>
  overCandles(new Atr(period), HLC, bars)

const HLC = ['high', 'low', 'close'] as const
