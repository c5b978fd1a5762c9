// The stretches of time of a walk-forward search: parameters are chosen in one and tried in the next, which they have not
// seen. Pure.
import { BadInput } from '../../../../core/bad-input.js'

export interface Stretch {
  /** Openings from then, to before `until`; ms since the epoch. */
  from: number
  until: number
}

export interface Fold {
  inSample: Stretch
  outOfSample: Stretch
}

export interface WalkForward {
  inSampleMs: number
  outOfSampleMs: number
  /** In-sample begins with the data each time and grows; else it keeps its length and moves. */
  anchored: boolean
}

/** Out-of-sample stretches follow one another without a gap; the last one may be shorter, but not by more than half. */
export function foldsOf(data: Stretch, { inSampleMs, outOfSampleMs, anchored }: WalkForward): Fold[] {
  const folds: Fold[] = []
  for (let from = data.from + inSampleMs; from + outOfSampleMs / 2 <= data.until; from += outOfSampleMs) {
    folds.push({
      inSample: { from: anchored ? data.from : from - inSampleMs, until: from },
      outOfSample: { from, until: Math.min(from + outOfSampleMs, data.until) },
    })
  }
  if (folds.length === 0) {
    const days = Math.round((data.until - data.from) / DAY_MS)
    throw new BadInput(`--in-sample and --out-of-sample are longer than the ${days} days of candles`)
  }
  return folds
}

/** One fold: the last part is held back. @param part 0.3 for 30 % */
export function holdoutOf(data: Stretch, part: number): Fold {
  const border = Math.round(data.until - (data.until - data.from) * part)
  return { inSample: { from: data.from, until: border }, outOfSample: { from: border, until: data.until } }
}

const DAY_MS = 86_400_000
const UNITS_MS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  d: DAY_MS,
  w: 7 * DAY_MS,
  m: 30 * DAY_MS,
  y: 365 * DAY_MS,
}

/** `90d`, `12w`, `6m` (of 30 days), `1y` (of 365). @throws BadInput that names the flag */
export function stretchMs(flag: string, text: string): number {
  const [, count, unit] = /^(\d{1,5})([hdwmy])$/.exec(text.trim()) ?? []
  const ms = Number(count) * (UNITS_MS[unit ?? ''] ?? Number.NaN)
  if (!(ms > 0)) throw new BadInput(`${flag} must be a stretch of time, not "${text}"`, 'as in 90d, 12w, 6m or 1y')
  return ms
}
