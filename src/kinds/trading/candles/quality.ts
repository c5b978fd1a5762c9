// What is remarkable about the candles of a backtest though nothing of it is an error: holes, and candles without a trade.
import type { CandleColumns } from './candle.js'
import { timeframeMs, timeframeOf } from './timeframe.js'

export interface DataQuality {
  candles: number
  /** Open times of the first and the last candle, milliseconds since 1970 in UTC. */
  from: number
  to: number
  /** As it was given, else the commonest distance between two candles: `1m`, `4h`, `1d`. */
  timeframe: string
  /** Whether the market closes (no candles at weekends): then up to five days between two candles are no gap. */
  closes: boolean
  gaps: number
  /** Candles that the gaps are long. */
  missing: number
  /** The longest ones, longest first. */
  longestGaps: Gap[]
  /** Candles in which nothing was traded. */
  zeroVolume: number
}

export interface Gap {
  /** Open times of the candles before and after it. */
  after: number
  before: number
  missing: number
}

const SHOWN_GAPS = 10
const DAY_MS = 86_400_000
/** From the Thursday before Easter to the Tuesday after it. */
const LONGEST_CLOSED_MS = 5 * DAY_MS
/** Of the candles of a market that never closes two in seven are of a weekend; with fewer than six tenths of that it closes. */
const CLOSES_BELOW = (2 / 7) * 0.6
const A_GAP = 1.5
const A_WEEK_MS = 7 * DAY_MS
const A_MONTH_MS = 28 * DAY_MS

export interface QualityReader {
  take(candles: CandleColumns): void
  /** RangeError before any candle was taken. */
  result(): DataQuality
}

/** @param given the timeframe, where it is known */
export function openQuality(given?: string): QualityReader {
  let step = given === undefined ? 0 : timeframeMs(given)
  let [candles, weekend, zeroVolume, from, last] = [0, 0, 0, 0, 0]
  const [short, long] = [openGaps(), openGaps()]
  return {
    take({ length, at, volume }) {
      if (length === 0) return
      if (step === 0 && candles + length > 1) step = commonestStep(at, length, last)
      if (candles === 0) from = at[0] as number
      for (let row = 0; row < length; row++) {
        const now = at[row] as number
        if (volume[row] === 0) zeroVolume++
        if (isWeekend(now)) weekend++
        const distance = now - last
        if (candles + row > 0 && distance > step * A_GAP) {
          const gap = { after: last, before: now, missing: Math.round(distance / step) - 1 }
          if (distance <= LONGEST_CLOSED_MS) short.add(gap)
          else long.add(gap)
        }
        last = now
      }
      candles += length
    },
    result() {
      if (candles === 0) throw new RangeError('there are no candles')
      // Less than a week says nothing about weekends.
      const closes = last - from >= A_WEEK_MS && weekend / candles <= CLOSES_BELOW && step < A_WEEK_MS
      const counted = closes ? [long] : [short, long]
      const longest = counted.flatMap(({ longest: some }) => some).sort(longestFirst)
      return {
        candles,
        from,
        to: last,
        timeframe: given ?? nameOf(step),
        closes,
        gaps: counted.reduce((sum, one) => sum + one.count, 0),
        missing: counted.reduce((sum, one) => sum + one.missing, 0),
        longestGaps: longest.slice(0, SHOWN_GAPS),
        zeroVolume,
      }
    },
  }
}

/** @returns how long these candles are, as it is written (`1d`); undefined when that has no name, or there is only one */
export function timeframeIn({ at, length }: CandleColumns): string | undefined {
  return length < 2 ? undefined : timeframeOf(commonestStep(at, length, 0))
}

const longestFirst = (a: Gap, b: Gap) => b.missing - a.missing || a.after - b.after

function openGaps() {
  const gaps = { count: 0, missing: 0, longest: [] as Gap[], add }
  return gaps

  function add(gap: Gap) {
    gaps.count++
    gaps.missing += gap.missing
    const shortest = gaps.longest.at(-1)
    if (gaps.longest.length === SHOWN_GAPS && shortest && longestFirst(gap, shortest) >= 0) return
    gaps.longest = [...gaps.longest, gap].sort(longestFirst).slice(0, SHOWN_GAPS)
  }
}

function commonestStep(at: Float64Array, length: number, before: number): number {
  const counts = new Map<number, number>()
  for (let row = length > 1 ? 1 : 0; row < length; row++) {
    const distance = (at[row] as number) - (row === 0 ? before : (at[row - 1] as number))
    counts.set(distance, (counts.get(distance) ?? 0) + 1)
  }
  // Of equally common ones the shortest: what is longer may be a gap.
  const [best] = [...counts].sort(([a, timesA], [b, timesB]) => timesB - timesA || a - b)
  return best?.[0] ?? 0
}

/** Months differ in length. */
function nameOf(step: number): string {
  if (step >= A_MONTH_MS && step <= 31 * DAY_MS) return '1M'
  return timeframeOf(step) ?? (step === 0 ? '?' : `${step / 1000}s`)
}

/** 1970-01-01 was a Thursday. */
const isWeekend = (at: number) => (((Math.floor(at / DAY_MS) % 7) + 7 + 4) % 7) % 6 === 0
