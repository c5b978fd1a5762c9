// A curve of any length in a few thousand points, taken in as it comes: neighbours are merged, two and two, whenever there are
// too many. The points that are left are equally many candles apart and depend on nothing but the curve.

export interface ThinnedCurve {
  /** Candles in a point; the last point may have fewer. */
  candlesEach: number
  /** Of each point: the time of its last candle, equity there and its lowest, and the close there. */
  at: number[]
  equity: number[]
  lowest: number[]
  close: number[]
}

export interface ThinnedCurveReader {
  take(at: number, equity: number, close: number): void
  result(): ThinnedCurve
}

/** @param most points, an even number; at least half of it are left of a long curve */
export function openThinnedCurve(most: number): ThinnedCurveReader {
  const columns = [
    new Float64Array(most),
    new Float64Array(most),
    new Float64Array(most),
    new Float64Array(most),
  ] as const
  const [at, equity, lowest, close] = columns
  let [points, candlesEach, inLast] = [0, 1, 0]

  function merge() {
    for (let i = 0; i < most / 2; i++) {
      at[i] = at[2 * i + 1] as number
      equity[i] = equity[2 * i + 1] as number
      lowest[i] = Math.min(lowest[2 * i] as number, lowest[2 * i + 1] as number)
      close[i] = close[2 * i + 1] as number
    }
    points = most / 2
    candlesEach *= 2
    inLast = candlesEach
  }

  return {
    take(time, value, price) {
      if (points === 0 || inLast === candlesEach) {
        if (points === most) merge()
        lowest[points] = value
        points++
        inLast = 0
      }
      const last = points - 1
      at[last] = time
      equity[last] = value
      lowest[last] = Math.min(lowest[last] as number, value)
      close[last] = price
      inLast++
    },
    result: () => ({
      candlesEach,
      at: Array.from(at.subarray(0, points)),
      equity: Array.from(equity.subarray(0, points)),
      lowest: Array.from(lowest.subarray(0, points)),
      close: Array.from(close.subarray(0, points)),
    }),
  }
}
