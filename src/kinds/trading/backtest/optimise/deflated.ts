// How much of the best Sharpe ratio is the luck of having tried so many: D. H. Bailey and M. López de Prado, "The Deflated
// Sharpe Ratio: Correcting for Selection Bias, Backtest Overfitting, and Non-Normality", Journal of Portfolio Management
// 40 (2014), equations 1 and 2. Ratios here are of one period (a day), not of a year.
import { normalAt, normalBelow } from './normal.js'

const EULER_MASCHERONI = 0.5772156649015329

/** Of the returns of one trial, period by period. */
export interface Moments {
  periods: number
  /** Mean over standard deviation; null: nothing moved. */
  sharpe: number | null
  /** 0 and 3 where they are normal. */
  skewness: number
  kurtosis: number
}

/** @param returns shares: 0.01 for one per cent */
export function momentsOf(returns: readonly number[]): Moments {
  const periods = returns.length
  const mean = returns.reduce((sum, one) => sum + one, 0) / periods
  const central = (power: number) => returns.reduce((sum, one) => sum + (one - mean) ** power, 0) / periods
  const variance = central(2)
  // What rounding leaves where nothing moved is no variance.
  if (!(variance > 1e-24)) return { periods, sharpe: null, skewness: 0, kurtosis: 3 }
  const deviation = Math.sqrt((variance * periods) / (periods - 1))
  return {
    periods,
    sharpe: mean / deviation,
    skewness: central(3) / variance ** 1.5,
    kurtosis: central(4) / variance ** 2,
  }
}

export interface Deflated {
  /** The probability that the true ratio is above zero, given all that was tried: below 0.95 luck explains it well. */
  deflatedSharpe: number
  /** What the best of so many trials without any skill is expected to reach, in one period. */
  expectedMaximum: number
}

/**
 * Null: too little to say (fewer than two trials that moved, or fewer than three periods).
 * @param variance of the ratios of all trials
 */
export function deflated(best: Moments, trials: number, variance: number): Deflated | null {
  const { sharpe, periods, skewness, kurtosis } = best
  if (sharpe === null || trials < 2 || periods < 3) return null
  const luck =
    (1 - EULER_MASCHERONI) * normalAt(1 - 1 / trials) + EULER_MASCHERONI * normalAt(1 - 1 / (trials * Math.E))
  const expectedMaximum = Math.sqrt(variance) * luck
  const spread = 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe ** 2
  if (!(spread > 0)) return null
  const deflatedSharpe = normalBelow(((sharpe - expectedMaximum) * Math.sqrt(periods - 1)) / Math.sqrt(spread))
  return { deflatedSharpe, expectedMaximum }
}

/** Of a sample; 0 for fewer than two. */
export function varianceOf(values: readonly number[]): number {
  if (values.length < 2) return 0
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length
  return values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (values.length - 1)
}
