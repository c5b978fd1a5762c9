// What a search came to, as `frota trading optimise --json` prints it. Pure; nothing in it depends on how many workers there
// were or in which order they finished.
import type { Json } from '../../../../core/json.js'
import type { Statistics } from '../../stats/statistics.js'
import { excludedBy, type Objective, objectiveOf } from './objective.js'
import { type Overfitting, overfittingOf } from './overfitting.js'
import { type Answered, statisticsOf } from './results.js'
import type { FoldResult } from './search.js'
import type { Point } from './space.js'
import type { Stretch } from './windows.js'

export type StatsAnswer = { [Name in keyof Statistics]: Statistics[Name] }
type Span = { from: string; to: string }

export type RankedAnswer = {
  rank: number
  parameters: { [key: string]: Json }
  objective: number
  stats: StatsAnswer
  outOfSample: { objective: number | null; stats: StatsAnswer } | null
}

export type WindowAnswer = {
  inSample: Span
  outOfSample: Span
  /** Null: no trial could win. */
  parameters: { [key: string]: Json } | null
  inSampleObjective: number | null
  outOfSampleObjective: number | null
  inSampleStats: StatsAnswer | null
  outOfSampleStats: StatsAnswer | null
}

export type OptimiseAnswer = {
  strategy: string
  objective: Objective
  search: { method: string; points: number; seed: number | null; minTrades: number; maxDrawdown: number | null }
  searched: { [key: string]: Json }
  fixed: { [key: string]: Json }
  data: { source: string; symbol: string; timeframe: string; from: string; to: string; candles: number }
  /** Where the parameters were chosen, and what was held back; of a walk-forward search its last window. */
  inSample: Span | null
  outOfSample: Span | null
  trials: { planned: number; done: number; refused: number; excluded: number }
  /** Of the last window. */
  best: RankedAnswer[]
  walkForward: { anchored: boolean; windows: WindowAnswer[]; outOfSampleReturnPercent: number | null } | null
  overfitting: Overfitting
  stopped: boolean
}

export function optimiseAnswer(given: Answered): OptimiseAnswer {
  const { objective, constraints, dimensions, points, folds, anchored, top } = given
  const last = folds.at(-1)
  const all = folds.flatMap(({ outcomes }) => outcomes)
  const done = all.filter((one) => one !== undefined)
  const measured = done.flatMap((one) => ('statistics' in one ? [one] : []))
  return {
    strategy: given.strategy,
    objective,
    search: { method: given.method, points: points.length, seed: given.seed, ...constraints },
    searched: Object.fromEntries(dimensions.map(({ name, values }) => [name, [...values]])),
    fixed: given.fixed as OptimiseAnswer['fixed'],
    data: given.data,
    inSample: last ? spanOf(last.inSample) : null,
    outOfSample: last?.outOfSample ? spanOf(last.outOfSample) : null,
    trials: {
      planned: all.length,
      done: done.length,
      refused: done.length - measured.length,
      excluded: measured.filter(({ statistics }) => excludedBy(statistics, constraints) !== null).length,
    },
    best: last ? last.ranking.slice(0, top).map((number, at) => rankedAnswer(at + 1, number, last, given)) : [],
    walkForward: anchored === null ? null : { anchored, ...walkForward(given) },
    overfitting: overfittingOf(given),
    stopped: given.stopped,
  }
}

function rankedAnswer(rank: number, number: number, fold: FoldResult, { points, objective }: Answered): RankedAnswer {
  const stats = statisticsOf(fold.outcomes[number])
  const outside = statisticsOf(fold.seen.get(number))
  if (!stats) throw new Error(`trial ${number} was ranked and not measured`)
  return {
    rank,
    parameters: points[number] as Point,
    objective: objectiveOf(objective, stats) as number,
    stats: { ...stats },
    outOfSample: outside && { objective: objectiveOf(objective, outside), stats: { ...outside } },
  }
}

function walkForward({ folds, points, objective }: Answered) {
  const windows = folds.flatMap((fold): WindowAnswer[] => {
    const { inSample, outOfSample, ranking, outcomes, seen } = fold
    const [winner] = ranking
    if (!outOfSample) return []
    const inside = winner === undefined ? null : statisticsOf(outcomes[winner])
    const outside = winner === undefined ? null : statisticsOf(seen.get(winner))
    return [
      {
        inSample: spanOf(inSample),
        outOfSample: spanOf(outOfSample),
        parameters: winner === undefined ? null : (points[winner] as Point),
        inSampleObjective: inside && objectiveOf(objective, inside),
        outOfSampleObjective: outside && objectiveOf(objective, outside),
        inSampleStats: inside && { ...inside },
        outOfSampleStats: outside && { ...outside },
      },
    ]
  })
  const returns = windows.flatMap(({ outOfSampleStats }) => outOfSampleStats?.returnPercent ?? [])
  const growth = returns.reduce((product, percent) => product * (1 + percent / 100), 1)
  return { windows, outOfSampleReturnPercent: returns.length === 0 ? null : (growth - 1) * 100 }
}

const spanOf = ({ from, until }: Stretch): Span => ({ from: iso(from), to: iso(until) })
const iso = (at: number) => new Date(at).toISOString()
