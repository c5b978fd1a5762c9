import { type Bars, linesOverCandles } from './arrays.js'
import { Atr } from './atr.js'
import { Indicator } from './indicator.js'
import { factorOf, HIGH_LOW_CLOSE, type HighLowClose, periodOf, throwIfBadCandle } from './inputs.js'

export interface SupertrendAnswer {
  /** The lower band in an uptrend, the upper one in a downtrend. */
  readonly line: number
  /** 1 up, −1 down. */
  readonly trend: number
}

/**
 * Supertrend of Olivier Seban, in the price's unit: bands at `(high + low) / 2 ± multiplier · atr`. The upper one only falls until a
 * close was above it, the lower one only rises until a close was below it; a close beyond the band that is on turns the trend. It
 * begins as an uptrend. First answer: candle `period + 1`. As TA-Lib's SUPERTREND (unstable period 0).
 */
export class Supertrend extends Indicator<HighLowClose, SupertrendAnswer> {
  readonly name = 'supertrend'
  readonly warmUp: number
  readonly atr: Atr
  upper = 0
  lower = 0
  lastClose = 0
  /** 0 before the first answer. */
  trend = 0
  readonly #multiplier: number

  constructor(period = 10, multiplier = 3) {
    super(period, multiplier)
    this.atr = new Atr(periodOf(period, this.name, 2))
    this.#multiplier = factorOf(multiplier, this.name, 'multiplier')
    this.warmUp = this.atr.warmUp
  }

  update(candle: HighLowClose): SupertrendAnswer | undefined {
    throwIfBadCandle(candle, this.name)
    const atr = this.atr.update(candle)
    if (atr === undefined) return undefined
    const middle = (candle.high + candle.low) / 2
    const upper = middle + this.#multiplier * atr
    const lower = middle - this.#multiplier * atr
    if (this.trend === 0 || upper < this.upper || this.lastClose > this.upper) this.upper = upper
    if (this.trend === 0 || lower > this.lower || this.lastClose < this.lower) this.lower = lower
    this.lastClose = candle.close
    if (this.trend === 0) this.trend = 1
    else if (this.trend === 1 && candle.close < this.lower) this.trend = -1
    else if (this.trend === -1 && candle.close > this.upper) this.trend = 1
    return { line: this.trend === 1 ? this.lower : this.upper, trend: this.trend }
  }
}

/** @returns two lines with one value per candle, NaN during the warm-up */
export const supertrend = (bars: Bars<keyof HighLowClose>, period = 10, multiplier = 3) =>
  linesOverCandles(new Supertrend(period, multiplier), HIGH_LOW_CLOSE, bars, ['line', 'trend'])
