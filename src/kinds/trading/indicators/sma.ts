import { type Bars, overCandles, overValues } from './arrays.js'
import { Indicator } from './indicator.js'
import { periodOf, throwIfNotFinite } from './inputs.js'
import { RollingSum } from './rolling.js'

/** Simple moving average: the mean of the last `period` values, in their unit. First answer: value number `period`. As TA-Lib's SMA. */
export class Sma extends RollingSum {
  override readonly name = 'sma'

  constructor(period: number) {
    super(period, 'sma')
  }

  override update(value: number): number | undefined {
    const sum = super.update(value)
    return sum === undefined ? undefined : sum / this.warmUp
  }
}

/** The mean volume of the last `period` candles, in the volume's unit. First answer: candle `period`. As TA-Lib's SMA of the volume. */
export class VolumeSma extends Indicator<{ readonly volume: number }, number> {
  readonly name = 'volume-sma'
  readonly warmUp: number
  readonly mean: Sma

  constructor(period = 20) {
    super(period)
    this.mean = new Sma(periodOf(period, this.name))
    this.warmUp = this.mean.warmUp
  }

  update({ volume }: { readonly volume: number }): number | undefined {
    throwIfNotFinite(volume, this.name, 'volume')
    return this.mean.update(volume)
  }
}

/** @returns one value per input, NaN during the warm-up */
export const sma = (values: ArrayLike<number>, period: number): Float64Array => overValues(new Sma(period), values)

/** @returns one value per candle, NaN during the warm-up */
export const volumeSma = (bars: Bars<'volume'>, period = 20): Float64Array =>
  overCandles(new VolumeSma(period), ['volume'], bars)
