// Candles for the report's chart. Millions of them would neither fit into a page nor on a screen, so there are levels: all of
// the time in a few thousand merged candles, the same in more, and single ones around the trades that matter most.
import type { CandleColumns } from '../../candles/candle.js'
import type { Trade } from '../types.js'

export interface CandleLevel {
  /** Candles merged into one. */
  each: number
  /** Seconds since 1970 of the first, then the distance to the one before. */
  t: number[]
  o: number[]
  h: number[]
  l: number[]
  c: number[]
}

const SIZES = [1_500, 12_000]
/** Of trades that are shown candle by candle where the finest level merges them. */
const CLOSE_UPS = 40
const CLOSE_UP_MARGIN = 40
const LONGEST_CLOSE_UP = 400
const DIGITS = 9

/** @param count how many candles there are */
export async function candleLevels(
  candles: AsyncIterable<CandleColumns>,
  count: number,
  trades: readonly Trade[],
  signal: AbortSignal,
): Promise<CandleLevel[]> {
  const widths = [...new Set(SIZES.map((size) => Math.max(1, Math.ceil(count / size))))]
  const levels = widths.map((each) => openLevel(each, 0, count))
  const finest = Math.min(...widths)
  if (finest > 1) for (const { from, to } of closeUps(trades, finest, count)) levels.push(openLevel(1, from, to))
  let row = 0
  for await (const chunk of candles) {
    signal.throwIfAborted()
    for (const level of levels) level.take(chunk, row)
    row += chunk.length
  }
  return levels.flatMap(({ level }) => (level.t.length > 0 ? level : []))
}

function openLevel(each: number, from: number, to: number) {
  const level: CandleLevel = { each, t: [], o: [], h: [], l: [], c: [] }
  let before = 0
  return { level, take }

  function take({ length, at, open, high, low, close }: CandleColumns, firstRow: number) {
    for (let i = Math.max(0, from - firstRow); i < length && firstRow + i < to; i++) {
      if ((firstRow + i - from) % each === 0) {
        const second = Math.floor((at[i] as number) / 1000)
        // Two candles within a second cannot be drawn apart.
        if (level.t.length > 0 && second <= before) continue
        level.t.push(second - before)
        before = second
        level.o.push(short(open[i] as number))
        level.h.push(short(high[i] as number))
        level.l.push(short(low[i] as number))
        level.c.push(short(close[i] as number))
      } else {
        const last = level.t.length - 1
        if ((high[i] as number) > (level.h[last] as number)) level.h[last] = short(high[i] as number)
        if ((low[i] as number) < (level.l[last] as number)) level.l[last] = short(low[i] as number)
        level.c[last] = short(close[i] as number)
      }
    }
  }
}

const short = (value: number) => Number(value.toPrecision(DIGITS))

/** Rows around the best and the worst trades. A long one is seen well enough on the finest level. */
function closeUps(trades: readonly Trade[], finest: number, count: number) {
  const byProfit = trades
    .filter(({ entryCandle, exitCandle }) => exitCandle - entryCandle < Math.min(LONGEST_CLOSE_UP, finest * 40))
    .sort((a, b) => a.profit - b.profit || a.entryCandle - b.entryCandle)
  const half = CLOSE_UPS / 2
  const chosen = byProfit.length <= CLOSE_UPS ? byProfit : [...byProfit.slice(0, half), ...byProfit.slice(-half)]
  return chosen.map(({ entryCandle, exitCandle }) => ({
    from: Math.max(0, entryCandle - CLOSE_UP_MARGIN),
    to: Math.min(count, exitCandle + CLOSE_UP_MARGIN + 1),
  }))
}
