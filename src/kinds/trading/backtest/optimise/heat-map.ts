// The objective over two parameters: of each pair of values the best of all trials that have them. Pure.
import { excludedBy, objectiveOf } from './objective.js'
import { type Answered, statisticsOf } from './results.js'
import type { Dimension, ParameterValue } from './space.js'

export interface HeatMap {
  across: Dimension
  down: Dimension
  /** By row, then column; null: no trial there counts. */
  cells: (number | null)[][]
  lowest: number
  highest: number
}

/** So many fit on a page. */
const MOST_VALUES = 60

/** @param names of two parameters; left out: the two with most values. Null: there are no two, or nothing to show */
export function heatMapOf(given: Answered, names?: readonly [string, string]): HeatMap | null {
  const { dimensions, points, folds, objective, constraints } = given
  const searched = dimensions.filter(({ values }) => values.length > 1 && values.length <= MOST_VALUES)
  const chosen = names
    ? names.map((name) => searched.find((one) => one.name === name))
    : [...searched].sort((a, b) => b.values.length - a.values.length).slice(0, 2)
  const [across, down] = chosen
  const outcomes = folds.at(-1)?.outcomes
  if (!across || !down || !outcomes) return null
  const cells = down.values.map(() => across.values.map((): number | null => null))
  const [columns, rows] = [placesOf(across), placesOf(down)]
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const [number, outcome] of outcomes.entries()) {
    const statistics = statisticsOf(outcome)
    const score = statistics && objectiveOf(objective, statistics)
    const point = points[number]
    if (!point || score === null || excludedBy(statistics as NonNullable<typeof statistics>, constraints)) continue
    const row = cells[rows.get(point[down.name] as ParameterValue) ?? -1]
    const column = columns.get(point[across.name] as ParameterValue) ?? -1
    if (!row || column < 0) continue
    row[column] = Math.max(row[column] ?? Number.NEGATIVE_INFINITY, score)
    lowest = Math.min(lowest, score)
    highest = Math.max(highest, score)
  }
  return lowest <= highest ? { across, down, cells, lowest, highest } : null
}

const placesOf = ({ values }: Dimension) => new Map(values.map((value, at) => [value, at]))
