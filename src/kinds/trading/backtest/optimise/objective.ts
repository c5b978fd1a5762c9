// By what trials are ranked, and which of them count. Pure.
import type { Statistics } from '../../stats/statistics.js'

export const OBJECTIVES = [
  'sharpe',
  'sortino',
  'calmar',
  'return',
  'cagr',
  'profit-factor',
  'sqn',
  'expectancy',
  'win-rate',
  'drawdown',
] as const
export type Objective = (typeof OBJECTIVES)[number]

const FIELD: Readonly<Record<Objective, keyof Statistics>> = {
  sharpe: 'sharpe',
  sortino: 'sortino',
  calmar: 'calmar',
  return: 'returnPercent',
  cagr: 'cagrPercent',
  'profit-factor': 'profitFactor',
  sqn: 'sqn',
  expectancy: 'expectancyPercent',
  'win-rate': 'winRatePercent',
  // Zero or negative: the shallowest is the highest.
  drawdown: 'maxDrawdownPercent',
}

/** The higher the better; null where the statistics do not define it. */
export const objectiveOf = (objective: Objective, statistics: Statistics): number | null => statistics[FIELD[objective]]

export interface Constraints {
  /** With fewer, chance decides. */
  minTrades: number
  /** Percent, above zero; null: any. */
  maxDrawdown: number | null
}

/** Why a trial may not win; null: it may. */
export function excludedBy(statistics: Statistics, { minTrades, maxDrawdown }: Constraints): string | null {
  if (statistics.trades < minTrades) return `fewer than ${minTrades} trades`
  const fall = -(statistics.maxDrawdownPercent ?? 0)
  if (maxDrawdown !== null && fall > maxDrawdown) return `a drawdown beyond ${maxDrawdown} %`
  return null
}

/** Places in `all`, the best first; of equals the one that was chosen first. What is not defined or excluded is left out. */
export function ranked(all: readonly (Statistics | null)[], objective: Objective, constraints: Constraints): number[] {
  const scored = all.flatMap((statistics, at) => {
    const score = statistics && objectiveOf(objective, statistics)
    return score === null || excludedBy(statistics as Statistics, constraints) !== null ? [] : [{ at, score }]
  })
  return scored.sort((a, b) => b.score - a.score || a.at - b.at).map(({ at }) => at)
}
