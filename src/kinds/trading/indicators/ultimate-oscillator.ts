import { type Bars, overCandles } from './arrays.js'
import { trueRange } from './atr.js'
import { Indicator } from './indicator.js'
import { HIGH_LOW_CLOSE, type HighLowClose, periodOf, throwIfBadCandle } from './inputs.js'
import { RollingSum } from './rolling.js'

/**
 * Ultimate oscillator of Larry Williams, 0 to 100: `100 · (4 · a1 + 2 · a2 + a3) / 7`, where each `a` is the buying pressure
 * `close − min(low, last close)` over the true range, both summed over one of three periods; the shortest weighs most. A period
 * without any range counts as 0. First answer: candle `longest + 1`. As TA-Lib's ULTOSC.
 */
export class UltimateOscillator extends Indicator<HighLowClose, number> {
  readonly name = 'ultimate-oscillator'
  readonly warmUp: number
  readonly shortest: Pressure
  readonly middle: Pressure
  readonly longest: Pressure
  isWarm = false
  lastClose = 0

  constructor(first = 7, second = 14, third = 28) {
    super(first, second, third)
    const [shortest = 0, middle = 0, longest = 0] = [first, second, third]
      .map((period) => periodOf(period, this.name))
      .sort((a, b) => a - b)
    this.shortest = new Pressure(shortest)
    this.middle = new Pressure(middle)
    this.longest = new Pressure(longest)
    this.warmUp = longest + 1
  }

  update(candle: HighLowClose): number | undefined {
    throwIfBadCandle(candle, this.name)
    const { lastClose, isWarm } = this
    this.lastClose = candle.close
    this.isWarm = true
    if (!isWarm) return undefined
    const bought = { pressure: candle.close - Math.min(candle.low, lastClose), range: trueRange(candle, lastClose) }
    const shortest = this.shortest.update(bought)
    const middle = this.middle.update(bought)
    const longest = this.longest.update(bought)
    if (shortest === undefined || middle === undefined || longest === undefined) return undefined
    return 100 * ((4 * shortest + 2 * middle + longest) / 7)
  }
}

/** The summed buying pressure over the summed range. */
class Pressure extends Indicator<{ pressure: number; range: number }, number> {
  readonly name = 'pressure'
  readonly warmUp: number
  readonly pressures: RollingSum
  readonly ranges: RollingSum

  constructor(period: number) {
    super(period)
    this.pressures = new RollingSum(period)
    this.ranges = new RollingSum(period)
    this.warmUp = period
  }

  update({ pressure, range }: { pressure: number; range: number }): number | undefined {
    const pressures = this.pressures.update(pressure)
    const ranges = this.ranges.update(range)
    if (pressures === undefined || ranges === undefined) return undefined
    return ranges === 0 ? 0 : pressures / ranges
  }
}

/** @returns one value per candle, NaN during the warm-up */
export const ultimateOscillator = (bars: Bars<keyof HighLowClose>, first = 7, second = 14, third = 28): Float64Array =>
  overCandles(new UltimateOscillator(first, second, third), HIGH_LOW_CLOSE, bars)
