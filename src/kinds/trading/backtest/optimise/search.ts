// A search on its way: every point over every in-sample stretch, then what won over the stretches that it has not seen. What a
// file of trials already knows is not done again.
import { type Constraints, excludedBy, type Objective, objectiveOf, ranked } from './objective.js'
import type { Pool } from './pool.js'
import type { Point } from './space.js'
import type { Trial, TrialOutcome } from './trial.js'
import type { TrialsFile } from './trials-file.js'
import type { Fold, Stretch } from './windows.js'

export interface SearchPlan {
  points: readonly Point[]
  /** One of them without an out-of-sample stretch: everything is in sample. */
  folds: readonly (Fold | { inSample: Stretch; outOfSample: null })[]
  objective: Objective
  constraints: Constraints
  /** How many of the best of each fold are tried out of sample. */
  top: number
}

export interface FoldResult {
  inSample: Stretch
  outOfSample: Stretch | null
  /** By the number of the point; undefined: not done. */
  outcomes: (TrialOutcome | undefined)[]
  /** Numbers of points, the best first. */
  ranking: number[]
  /** Out of sample, by the number of the point. */
  seen: Map<number, TrialOutcome>
}

export interface SearchParts {
  pool: Pool
  file: Pick<TrialsFile, 'known' | 'add'> | null
  /** @param best of what counts so far, by the objective; null: nothing yet */
  progress(done: number, total: number, best: number | null): void
  signal: AbortSignal
}

/** Aborted, it answers with what is done. */
export async function search(plan: SearchPlan, parts: SearchParts): Promise<{ folds: FoldResult[]; stopped: boolean }> {
  const { points, objective, constraints, top } = plan
  const folds = plan.folds.map(({ inSample, outOfSample }): FoldResult => {
    return { inSample, outOfSample, outcomes: points.map(() => undefined), ranking: [], seen: new Map() }
  })
  const withOutside = folds.filter(({ outOfSample }) => outOfSample !== null)
  const total = folds.length * points.length + withOutside.length * Math.min(top, points.length)
  let done = 0
  let best: number | null = null
  const inside = folds.flatMap((fold, at) =>
    points.map((point, number) => ({
      key: `${at}:${number}`,
      trial: { point, stretch: fold.inSample },
      take: (outcome: TrialOutcome) => {
        fold.outcomes[number] = outcome
        const score = countingScore(outcome, plan)
        if (score !== null && score > (best ?? Number.NEGATIVE_INFINITY)) best = score
      },
    })),
  )
  try {
    await runAll(inside)
    rank()
    const outside = folds.flatMap((fold, at) =>
      fold.ranking.slice(0, top).flatMap((number) => {
        const { outOfSample: stretch } = fold
        const take = (outcome: TrialOutcome) => void fold.seen.set(number, outcome)
        return stretch ? [{ key: `${at}:${number}:out`, trial: { point: points[number] as Point, stretch }, take }] : []
      }),
    )
    await runAll(outside)
    return { folds, stopped: false }
  } catch (error) {
    if (!parts.signal.aborted) throw error
    rank()
    return { folds, stopped: true }
  }

  function rank() {
    for (const fold of folds) {
      const all = fold.outcomes.map((one) => (one && 'statistics' in one ? one.statistics : null))
      fold.ranking = ranked(all, objective, constraints)
    }
  }

  async function runAll(work: { key: string; trial: Trial; take: (outcome: TrialOutcome) => void }[]) {
    const { pool, file, progress } = parts
    const left = work.filter(({ key, take }) => {
      const known = file?.known.get(key)
      if (!known) return true
      take(known)
      done++
      return false
    })
    progress(done, total, best)
    if (left.length === 0) return
    await pool.run(
      left.map(({ trial }) => trial),
      (at, outcome) => {
        const one = left[at]
        if (!one) throw new Error(`there is no trial ${at}`)
        one.take(outcome)
        file?.add(one.key, outcome)
        progress(++done, total, best)
      },
    )
  }
}

function countingScore(outcome: TrialOutcome, { objective, constraints }: SearchPlan): number | null {
  if (!('statistics' in outcome) || excludedBy(outcome.statistics, constraints) !== null) return null
  return objectiveOf(objective, outcome.statistics)
}
