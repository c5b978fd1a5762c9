import { type Bars, overCandles } from './arrays.js'
import { Indicator } from './indicator.js'
import { HIGH_LOW_CLOSE, type HighLowClose, periodOf, throwIfBadCandle, throwIfNotFinite } from './inputs.js'
import { RollingSum } from './rolling.js'
import { Total } from './total.js'

export interface PricedVolume extends HighLowClose {
  readonly volume: number
}

export interface TimedVolume extends PricedVolume {
  /** When the candle opened, in milliseconds since 1970 in UTC. */
  readonly at: number
}

const DAY_MS = 86_400_000

/**
 * Volume-weighted average price of the session so far, in the price's unit: `Σ price · volume / Σ volume`, with the typical price
 * `(high + low + close) / 3`. A session begins at every multiple of `sessionMs` after `offsetMs`: the UTC day unless said otherwise;
 * with 0 there is one session without end. First answer: the first candle of a session by which any volume was traded; until then
 * undefined. One session as TA-Lib's VWAP.
 */
export class Vwap extends Indicator<TimedVolume, number> {
  readonly name = 'vwap'
  readonly warmUp = 1
  readonly paid = new Total()
  readonly traded = new Total()
  session = 0
  readonly #sessionMs: number
  readonly #offsetMs: number

  constructor(sessionMs = DAY_MS, offsetMs = 0) {
    super(sessionMs, offsetMs)
    if (!Number.isSafeInteger(sessionMs) || sessionMs < 0)
      throw new RangeError(`${this.name}: sessionMs must be a whole number of milliseconds, or 0, it is ${sessionMs}`)
    if (!Number.isSafeInteger(offsetMs))
      throw new RangeError(`${this.name}: offsetMs must be a whole number of milliseconds, it is ${offsetMs}`)
    this.#sessionMs = sessionMs
    this.#offsetMs = offsetMs
  }

  update(candle: TimedVolume): number | undefined {
    throwIfBadCandle(candle, this.name)
    throwIfNotFinite(candle.volume, this.name, 'volume')
    throwIfNotFinite(candle.at, this.name, 'at')
    const session = this.#sessionMs === 0 ? 0 : Math.floor((candle.at - this.#offsetMs) / this.#sessionMs)
    if (session !== this.session) {
      this.session = session
      this.paid.clear()
      this.traded.clear()
    }
    const paid = this.paid.update(typicalPrice(candle) * candle.volume)
    const traded = this.traded.update(candle.volume)
    return traded > 0 ? paid / traded : undefined
  }
}

/**
 * Volume-weighted average price of the last `period` candles, in the price's unit: `Σ price · volume / Σ volume`, with the typical
 * price `(high + low + close) / 3`. First answer: candle `period`; undefined while none of them had any volume.
 */
export class RollingVwap extends Indicator<PricedVolume, number> {
  readonly name = 'rolling-vwap'
  readonly warmUp: number
  readonly paid: RollingSum
  readonly traded: RollingSum

  constructor(period = 20) {
    super(period)
    this.paid = new RollingSum(periodOf(period, this.name), this.name)
    this.traded = new RollingSum(period, this.name)
    this.warmUp = period
  }

  update(candle: PricedVolume): number | undefined {
    throwIfBadCandle(candle, this.name)
    throwIfNotFinite(candle.volume, this.name, 'volume')
    const paid = this.paid.update(typicalPrice(candle) * candle.volume)
    const traded = this.traded.update(candle.volume)
    return paid === undefined || traded === undefined || traded <= 0 ? undefined : paid / traded
  }
}

const typicalPrice = ({ high, low, close }: HighLowClose) => (high + low + close) / 3

/** @returns one value per candle, NaN until any volume was traded in its session */
export const vwap = (bars: Bars<keyof TimedVolume>, sessionMs = DAY_MS, offsetMs = 0): Float64Array =>
  overCandles(new Vwap(sessionMs, offsetMs), [...HIGH_LOW_CLOSE, 'volume', 'at'], bars)

/** @returns one value per candle, NaN during the warm-up and where no volume was traded */
export const rollingVwap = (bars: Bars<keyof PricedVolume>, period = 20): Float64Array =>
  overCandles(new RollingVwap(period), [...HIGH_LOW_CLOSE, 'volume'], bars)
