/** One line of the report. A miss is told, never hidden: `ok` is null where there is no budget to meet. */
export interface Row {
  what: string
  value: number
  unit: 's' | 'ms' | 'MB' | '%' | '/s' | '×'
  budget: number | null
  /** Whether more is better. */
  atLeast?: boolean
  /** Measured in this same run. */
  reference?: { what: string; value: number }
}

export const isMet = ({ value, budget, atLeast }: Row) =>
  budget === null ? null : atLeast ? value >= budget : value <= budget

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

export async function medianOf(times: number, work: () => Promise<unknown>): Promise<number> {
  const all: number[] = []
  for (let i = 0; i < times; i++) all.push(await timed(work))
  return median(all)
}
