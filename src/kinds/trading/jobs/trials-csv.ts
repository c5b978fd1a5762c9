// All trials as a table: a line for each point and window, in their order.
import type { Draft } from '../../../node/put-file.js'
import { type Answered, statisticsOf } from '../backtest/optimise/results.js'
import type { Statistics } from '../stats/statistics.js'

export function writeTrials(draft: Pick<Draft, 'write'>, { points, folds, dimensions }: Answered) {
  const names = dimensions.map(({ name }) => name)
  const measured = folds.flatMap(({ outcomes }) => outcomes).map(statisticsOf)
  const columns = Object.keys(measured.find((one) => one !== null) ?? {}) as (keyof Statistics)[]
  draft.write(`${['window', 'sample', 'from', 'until', ...names, ...columns, 'refused'].join(',')}\n`)
  for (const [at, { inSample, outOfSample, outcomes, seen }] of folds.entries()) {
    const line = (sample: string, { from, until }: { from: number; until: number }, number: number) => {
      const outcome = sample === 'in' ? outcomes[number] : seen.get(number)
      if (!outcome) return
      const statistics = statisticsOf(outcome)
      const refused = 'refused' in outcome ? `"${outcome.refused.replaceAll('"', '""')}"` : ''
      const values = names.map((name) => String(points[number]?.[name] ?? ''))
      const cells = columns.map((name) => String(statistics?.[name] ?? ''))
      draft.write(`${[at + 1, sample, iso(from), iso(until), ...values, ...cells, refused].join(',')}\n`)
    }
    for (const number of points.keys()) line('in', inSample, number)
    if (outOfSample) for (const number of [...seen.keys()].sort((a, b) => a - b)) line('out', outOfSample, number)
  }
}

const iso = (at: number) => new Date(at).toISOString()
