// What a search leaves behind, as its answer, its warnings and its page read it.
import type { Statistics } from '../../stats/statistics.js'
import { deflated, varianceOf } from './deflated.js'
import type { Constraints, Objective } from './objective.js'
import type { FoldResult } from './search.js'
import type { Dimension, Point } from './space.js'
import type { TrialOutcome } from './trial.js'

export interface Answered {
  strategy: string
  objective: Objective
  constraints: Constraints
  method: string
  seed: number | null
  dimensions: readonly Dimension[]
  fixed: Record<string, unknown>
  points: readonly Point[]
  data: { source: string; symbol: string; timeframe: string; from: string; to: string; candles: number }
  folds: readonly FoldResult[]
  /** Null: no walk-forward. */
  anchored: boolean | null
  top: number
  stopped: boolean
}

export const statisticsOf = (outcome: TrialOutcome | undefined): Statistics | null =>
  outcome && 'statistics' in outcome ? outcome.statistics : null

/** Of the trials of one fold: how likely the winner's ratio is more than luck. */
export function deflatedOf({ outcomes, ranking }: FoldResult) {
  const moments = outcomes.flatMap((one) => (one && 'moments' in one ? [one.moments] : []))
  const ratios = moments.flatMap(({ sharpe }) => sharpe ?? [])
  const winner = ranking[0] === undefined ? undefined : outcomes[ranking[0]]
  if (!winner || !('moments' in winner)) return null
  return deflated(winner.moments, ratios.length, varianceOf(ratios))
}
