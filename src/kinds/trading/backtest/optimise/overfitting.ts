// How far a search's winner can be believed: the deflated Sharpe ratio, what is left of its profit where it was not chosen, and
// plain signs such as a winner at the border of what was searched. Pure.
import { type Answered, deflatedOf, statisticsOf } from './results.js'
import type { FoldResult } from './search.js'
import type { Dimension, Point } from './space.js'
import type { Stretch } from './windows.js'

export type Overfitting = {
  /** Trials that moved, of the last window. */
  trials: number
  /** From 0 to 1; null: too little to say. */
  deflatedSharpe: number | null
  /** The Sharpe ratio of one period that the best of so many trials without skill is expected to have. */
  luckySharpe: number | null
  /** Return per time out of sample, over that in sample; null: nothing was held back, or nothing was won in sample. */
  outOfSampleShare: number | null
  warnings: Warning[]
}

export type Warning = {
  code: 'DEFLATED_SHARPE' | 'OUT_OF_SAMPLE_SHARE' | 'FEW_TRADES' | 'AT_THE_BORDER' | 'NOTHING_HELD_BACK'
  text: string
}

const CONVINCING = 0.95
const LEFT_OVER = 0.5
const ENOUGH_TRADES = 30

export function overfittingOf(given: Answered): Overfitting {
  const { folds, points, dimensions } = given
  const last = folds.at(-1)
  const luck = last ? deflatedOf(last) : null
  const share = outOfSampleShare(folds)
  const winner = last?.ranking[0]
  const warnings: Warning[] = []
  const warn = (code: Warning['code'], text: string) => void warnings.push({ code, text })
  if (luck && luck.deflatedSharpe < CONVINCING)
    warn(
      'DEFLATED_SHARPE',
      `deflated Sharpe ratio ${luck.deflatedSharpe.toFixed(2)}: below ${CONVINCING} the best of so many trials is well explained by luck`,
    )
  if (share !== null && share < LEFT_OVER)
    warn('OUT_OF_SAMPLE_SHARE', `out of sample ${(share * 100).toFixed(0)} % is left of the return in sample`)
  if (last && winner !== undefined) {
    const trades = statisticsOf(last.outcomes[winner])?.trades ?? 0
    if (trades < ENOUGH_TRADES) warn('FEW_TRADES', `the best made ${trades} trades: chance weighs much in so few`)
    for (const name of atBorder(points[winner] as Point, dimensions))
      warn(
        'AT_THE_BORDER',
        `the best ${name} lies at the border of what was searched: a wider range may have a better one`,
      )
    if (last.outOfSample === null)
      warn(
        'NOTHING_HELD_BACK',
        'no candles were held back: --holdout 30 or --out-of-sample shows what is left elsewhere',
      )
  }
  return {
    trials: last?.outcomes.filter((one) => one && 'moments' in one && one.moments.sharpe !== null).length ?? 0,
    deflatedSharpe: luck?.deflatedSharpe ?? null,
    luckySharpe: luck?.expectedMaximum ?? null,
    outOfSampleShare: share,
    warnings,
  }
}

/** Pardo's walk-forward efficiency: the winners' return per time where they were not chosen, over that where they were. */
function outOfSampleShare(folds: readonly FoldResult[]): number | null {
  let [inside, insideMs, outside, outsideMs] = [0, 0, 0, 0]
  for (const { inSample, outOfSample, ranking, outcomes, seen } of folds) {
    const [winner] = ranking
    if (winner === undefined || !outOfSample) continue
    const [chosen, after] = [statisticsOf(outcomes[winner]), statisticsOf(seen.get(winner))]
    if (!chosen || !after) continue
    inside += chosen.returnPercent ?? 0
    insideMs += lengthMs(inSample)
    outside += after.returnPercent ?? 0
    outsideMs += lengthMs(outOfSample)
  }
  return inside > 0 && outsideMs > 0 ? outside / outsideMs / (inside / insideMs) : null
}

const lengthMs = ({ from, until }: Stretch) => until - from

function atBorder(point: Point, dimensions: readonly Dimension[]): string[] {
  return dimensions
    .filter(({ values }) => values.length > 2 && values.every((value) => typeof value === 'number'))
    .filter(({ name, values }) => point[name] === values[0] || point[name] === values.at(-1))
    .map(({ name }) => name)
}
