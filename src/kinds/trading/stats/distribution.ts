// How trade results are spread: equal steps, so chosen that zero lies between two of them and that they read well.

export interface Bin {
  from: number
  to: number
  count: number
}

const ABOUT = 24
const STEPS = [1, 2, 2.5, 5, 10]
/** Beyond these parts of all values the first and the last bin take the rest: one wild trade should not hide the others. */
const TAIL = 0.005

/** @param values in percent */
export function distribution(values: readonly number[]): Bin[] {
  if (values.length === 0) return []
  const sorted = [...values].sort((a, b) => a - b)
  const low = sorted[Math.floor(TAIL * (sorted.length - 1))] as number
  const high = sorted[Math.ceil((1 - TAIL) * (sorted.length - 1))] as number
  const step = niceStep((high - low) / ABOUT)
  const [first, last] = [Math.floor(low / step), Math.max(Math.floor(low / step), Math.ceil(high / step) - 1)]
  const bins = Array.from({ length: last - first + 1 }, (_, i) => ({
    from: clean((first + i) * step),
    to: clean((first + i + 1) * step),
    count: 0,
  }))
  for (const value of sorted) {
    const at = Math.min(bins.length - 1, Math.max(0, Math.floor(value / step) - first))
    const bin = bins[at]
    if (bin) bin.count++
  }
  return bins
}

function niceStep(about: number): number {
  if (!(about > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(about))
  return (STEPS.find((step) => step * power >= about) ?? 10) * power
}

/** 3 × 0.1 is meant as 0.3. */
const clean = (value: number) => Number(value.toPrecision(12))
