import { type Bars, linesOverCandles } from './arrays.js'
import { trueRange } from './atr.js'
import { Indicator } from './indicator.js'
import { HIGH_LOW_CLOSE, type HighLowClose, periodOf, throwIfBadCandle } from './inputs.js'

export interface DmiAnswer {
  /** +DI, 0 to 100. */
  readonly plusDi: number
  /** −DI, 0 to 100. */
  readonly minusDi: number
}

export interface AdxAnswer extends DmiAnswer {
  /** 0 to 100; how strong a trend is, whichever way. */
  readonly adx: number
}

/**
 * Directional movement of Welles Wilder: +DI and −DI, `100 · movement / true range`, each of the three smoothed as
 * `sum − sum / period + new`, begun as the sum of the first `period − 1`. A candle moves up by `high − last high` when that is
 * more than the low went down, and the other way round. First answer: candle `period + 1`. 0 where there was no range at all.
 * As TA-Lib's PLUS_DI and MINUS_DI (unstable period 0).
 */
export class Dmi extends Indicator<HighLowClose, DmiAnswer> {
  readonly name = 'dmi'
  readonly warmUp: number
  seen = 0
  lastHigh = 0
  lastLow = 0
  lastClose = 0
  plus = 0
  minus = 0
  range = 0

  constructor(period = 14) {
    super(period)
    this.warmUp = periodOf(period, this.name, 2) + 1
  }

  update(candle: HighLowClose): DmiAnswer | undefined {
    throwIfBadCandle(candle, this.name)
    if (this.seen > 0) this.#move(candle)
    this.lastHigh = candle.high
    this.lastLow = candle.low
    this.lastClose = candle.close
    if (this.seen < this.warmUp && ++this.seen < this.warmUp) return undefined
    const { plus, minus, range } = this
    return range === 0 ? { plusDi: 0, minusDi: 0 } : { plusDi: 100 * (plus / range), minusDi: 100 * (minus / range) }
  }

  #move(candle: HighLowClose): void {
    const period = this.warmUp - 1
    const up = candle.high - this.lastHigh
    const down = this.lastLow - candle.low
    const range = trueRange(candle, this.lastClose)
    if (this.seen < period) this.range += range
    else {
      this.plus -= this.plus / period
      this.minus -= this.minus / period
      this.range = this.range - this.range / period + range
    }
    if (down > 0 && up < down) this.minus += down
    else if (up > 0 && up > down) this.plus += up
  }
}

/**
 * Average directional index of Welles Wilder, with the directional movement that it is made of: `dx = 100 · |+DI − −DI| / (+DI + −DI)`,
 * begun as the mean of the first `period` of them, then `(adx · (period − 1) + dx) / period`. Where nothing moved it stays as it was.
 * First answer: candle `2 · period`. As TA-Lib's ADX (unstable period 0).
 */
export class Adx extends Indicator<HighLowClose, AdxAnswer> {
  readonly name = 'adx'
  readonly warmUp: number
  readonly movement: Dmi
  seen = 0
  /** The sum of the first ones during the warm-up, then the average. */
  average = 0

  constructor(period = 14) {
    super(period)
    this.warmUp = 2 * periodOf(period, this.name, 2)
    this.movement = new Dmi(period)
  }

  update(candle: HighLowClose): AdxAnswer | undefined {
    throwIfBadCandle(candle, this.name)
    const movement = this.movement.update(candle)
    if (movement === undefined) return undefined
    const period = this.warmUp / 2
    const { plusDi, minusDi } = movement
    const both = plusDi + minusDi
    const index = both === 0 ? undefined : 100 * (Math.abs(minusDi - plusDi) / both)
    if (this.seen === period) {
      if (index !== undefined) this.average = (this.average * (period - 1) + index) / period
    } else {
      this.average += index ?? 0
      if (++this.seen < period) return undefined
      this.average /= period
    }
    return { adx: this.average, plusDi, minusDi }
  }
}

/** @returns two lines with one value per candle, NaN during the warm-up */
export const dmi = (bars: Bars<keyof HighLowClose>, period = 14) =>
  linesOverCandles(new Dmi(period), HIGH_LOW_CLOSE, bars, ['plusDi', 'minusDi'])

/** @returns three lines with one value per candle, NaN during the warm-up */
export const adx = (bars: Bars<keyof HighLowClose>, period = 14) =>
  linesOverCandles(new Adx(period), HIGH_LOW_CLOSE, bars, ['adx', 'plusDi', 'minusDi'])
