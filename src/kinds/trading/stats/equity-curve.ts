// The equity of a backtest, candle by candle, taken in as it comes: what statistics need of it is its drawdowns and the last
// equity of every day, so that ten million candles take no more memory than their days do.

export interface EquityCurve {
  candles: number
  /** Equity at the first and the last candle, and the highest. */
  first: number
  last: number
  peak: number
  /** Times of the first and the last candle, milliseconds since 1970 in UTC. */
  from: number
  to: number
  /** The largest fall from a peak, as a share of that peak: 0.25 for a quarter. */
  maxDrawdown: number
  /** From a peak until that height is reached again (or the end), at the most, in milliseconds; null: it never fell for longer than a candle. */
  longestDrawdownMs: number | null
  /** Whole days since 1970 in UTC, and the last equity of each. */
  days: number[]
  dayEquity: number[]
  /** Candles on Saturdays and Sundays. */
  weekendCandles: number
  /** Times of the last candles, oldest first: how far they lie apart says how long a candle is. */
  lastTimes: number[]
}

export interface EquityCurveReader {
  /** In the order of time. */
  take(at: number, equity: number): void
  /** RangeError before anything was taken. */
  result(): EquityCurve
}

const DAY_MS = 86_400_000
const LAST_TIMES = 100

export function openEquityCurve(): EquityCurveReader {
  const days: number[] = []
  const dayEquity: number[] = []
  const ring = new Float64Array(LAST_TIMES)
  let candles = 0
  let [first, last, from, to, weekendCandles] = [0, 0, 0, 0, 0]
  let peak = Number.NEGATIVE_INFINITY
  let maxDrawdown = 0
  let longest = -1
  let day = Number.NaN
  /** The last candle at a peak. */
  let [peakRow, peakAt] = [0, 0]

  return {
    take(at, equity) {
      if (candles === 0) [first, from] = [equity, at]
      if (equity >= peak) {
        if (candles > peakRow + 1) longest = Math.max(longest, at - peakAt)
        peak = equity
        peakRow = candles
        peakAt = at
      } else maxDrawdown = Math.max(maxDrawdown, 1 - equity / peak)
      const today = Math.floor(at / DAY_MS)
      if (today === day) dayEquity[dayEquity.length - 1] = equity
      else {
        days.push(today)
        dayEquity.push(equity)
        day = today
      }
      if (isWeekend(today)) weekendCandles++
      ring[candles % LAST_TIMES] = at
      last = equity
      to = at
      candles++
    },
    result() {
      if (candles === 0) throw new RangeError('there is no equity')
      const atTheEnd = candles - 1 > peakRow + 1 ? Math.max(longest, to - peakAt) : longest
      return {
        candles,
        first,
        last,
        peak,
        from,
        to,
        maxDrawdown,
        longestDrawdownMs: atTheEnd < 0 ? null : atTheEnd,
        days,
        dayEquity,
        weekendCandles,
        lastTimes: lastOf(ring, candles),
      }
    },
  }
}

const lastOf = (ring: Float64Array, count: number): number[] =>
  Array.from({ length: Math.min(count, LAST_TIMES) }, (_, i) => {
    const row = count <= LAST_TIMES ? i : count + i
    return ring[row % LAST_TIMES] as number
  })

/** 1970-01-01 was a Thursday; Sunday is 0, Saturday 6. */
const isWeekend = (day: number) => ((((day + 4) % 7) + 7) % 7) % 6 === 0
