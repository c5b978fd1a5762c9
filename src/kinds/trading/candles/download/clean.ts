// What came from outside, before it is kept: of the time that was asked for, on the grid, in order, each once, and no
// candle that could not have been traded.
import { FIELDS, type Row } from '../cache/columns.js'
import type { Span } from '../cache/spans.js'
import { openingAt, type Timeframe } from '../venues/timeframes.js'

export interface Cleaned {
  rows: Row[]
  /** Candles that were left out, with why. */
  bad: { at: number; why: string }[]
}

/** Pure. What lies outside of the span is no mistake: venues answer more than they are asked. */
export function cleaned(rows: readonly Row[], span: Span, timeframe: Timeframe): Cleaned {
  const good = new Map<number, Row>()
  const bad: Cleaned['bad'] = []
  for (const row of rows) {
    const [at] = row
    const why = problemOf(row, timeframe)
    if (why !== null) bad.push({ at, why })
    else if (at >= span.from && at < span.to) good.set(at, row)
  }
  return { rows: [...good.values()].sort(([a], [b]) => a - b), bad }
}

function problemOf(row: Row, timeframe: Timeframe): string | null {
  const [at, open, high, low, close, volume] = row
  const unread = FIELDS.find((_, field) => !Number.isFinite(row[field]))
  if (unread) return `${unread} is no number`
  if (openingAt(timeframe, at) !== at) return 'it does not open where candles open'
  if (Math.min(open, high, low, close) <= 0) return 'a price is not above zero'
  if (volume < 0) return 'its volume is below zero'
  return high < Math.max(open, low, close) || low > Math.min(open, close)
    ? 'its high or low does not hold its prices'
    : null
}

/** Openings that a span should have and that are not there, as spans. Pure. */
export function holesIn(openings: ArrayLike<number>, span: Span, lengthMs: number): Span[] {
  const holes: Span[] = []
  let expected = span.from
  for (let place = 0; place < openings.length; place++) {
    const at = openings[place] as number
    if (at > expected) holes.push({ from: expected, to: at })
    expected = at + lengthMs
  }
  if (expected < span.to) holes.push({ from: expected, to: span.to })
  return holes
}
