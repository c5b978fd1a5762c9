// Whole arrays, by looping the streaming code: what a backtest computes at once and what a session computes candle by candle
// are the same numbers by construction.
import type { Indicator } from './indicator.js'

/** Candles one by one, or one column per field, all of the same length; where `length` is given, that many rows of each. */
export type Bars<Field extends string> =
  | readonly Readonly<Record<Field, number>>[]
  | (Readonly<Record<Field, ArrayLike<number>>> & { readonly length?: number })

/** As many answers as values; NaN during the warm-up, which begins after the NaN that another indicator's warm-up left. */
export function overValues(indicator: Indicator<number, number>, values: ArrayLike<number>): Float64Array {
  const answers = new Float64Array(values.length)
  const first = firstNumber(values)
  answers.fill(Number.NaN, 0, first)
  for (let i = first; i < values.length; i++) answers[i] = indicator.update(values[i] as number) ?? Number.NaN
  return answers
}

/** As many answers as candles; NaN during the warm-up. */
export function overCandles<Field extends string>(
  indicator: Indicator<Readonly<Record<Field, number>>, number>,
  fields: readonly Field[],
  bars: Bars<Field>,
): Float64Array {
  const answers = new Float64Array(lengthOf(bars, fields))
  eachCandle(bars, fields, (candle, i) => {
    answers[i] = indicator.update(candle) ?? Number.NaN
  })
  return answers
}

/** Several lines of answers, each NaN during the warm-up. */
export function linesOverCandles<Field extends string, Line extends string>(
  indicator: Indicator<Readonly<Record<Field, number>>, Readonly<Record<Line, number>>>,
  fields: readonly Field[],
  bars: Bars<Field>,
  lines: readonly Line[],
): Record<Line, Float64Array> {
  const answers = emptyLines(lines, lengthOf(bars, fields))
  eachCandle(bars, fields, (candle, i) => {
    const answer = indicator.update(candle)
    if (answer) for (const line of lines) answers[line][i] = answer[line]
  })
  return answers
}

/** Several lines of answers, each NaN during the warm-up, which begins as that of `overValues`. */
export function linesOverValues<Line extends string>(
  indicator: Indicator<number, Readonly<Record<Line, number>>>,
  values: ArrayLike<number>,
  lines: readonly Line[],
): Record<Line, Float64Array> {
  const answers = emptyLines(lines, values.length)
  for (let i = firstNumber(values); i < values.length; i++) {
    const answer = indicator.update(values[i] as number)
    if (answer) for (const line of lines) answers[line][i] = answer[line]
  }
  return answers
}

/** The row of the first value that is not NaN: an average of an RSI begins where the RSI does. Later ones are refused. */
function firstNumber(values: ArrayLike<number>): number {
  let first = 0
  while (first < values.length && Number.isNaN(values[first])) first++
  return first
}

const emptyLines = <Line extends string>(lines: readonly Line[], length: number) =>
  Object.fromEntries(lines.map((line) => [line, new Float64Array(length).fill(Number.NaN)])) as Record<
    Line,
    Float64Array
  >

function eachCandle<Field extends string>(
  bars: Bars<Field>,
  fields: readonly Field[],
  take: (candle: Readonly<Record<Field, number>>, i: number) => void,
): void {
  if (isCandles(bars)) {
    bars.forEach(take)
    return
  }
  // One object for all: a new one per candle would cost more than most indicators.
  const candle = Object.fromEntries(fields.map((field) => [field, 0])) as Record<Field, number>
  const length = lengthOf(bars, fields)
  for (let i = 0; i < length; i++) {
    for (const field of fields) candle[field] = bars[field][i] as number
    take(candle, i)
  }
}

const isCandles = <Field extends string>(bars: Bars<Field>): bars is readonly Readonly<Record<Field, number>>[] =>
  Array.isArray(bars)

/** RangeError when a column is missing, or the columns are not of one length. */
function lengthOf<Field extends string>(bars: Bars<Field>, fields: readonly Field[]): number {
  if (isCandles(bars)) return bars.length
  const length = bars.length ?? bars[fields[0] as Field]?.length ?? 0
  for (const field of fields) {
    const found = bars[field]?.length
    const isShort = found === undefined || found < length || (bars.length === undefined && found !== length)
    if (isShort) throw new RangeError(`the column "${field}" has ${found ?? 'no'} values, ${length} are needed`)
  }
  return length
}
