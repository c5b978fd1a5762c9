// The candles that a program hands to a backtest, in whichever form it has them.
import { BadInput } from '../../../core/bad-input.js'
import { type Candle, type CandleColumns, toColumns } from '../candles/candle.js'

/** Candles one by one in an array, all in columns, or chunks of columns as they are read; oldest first. */
export type CandleInput =
  | readonly Readonly<Candle>[]
  | CandleColumns
  | Iterable<CandleColumns>
  | AsyncIterable<CandleColumns>

/** @throws BadInput for what is neither: it would be a backtest over nothing, and look like one */
export async function* chunksOf(candles: CandleInput): AsyncGenerator<CandleColumns, void, void> {
  if (isColumns(candles)) return yield candles
  if (isCandles(candles)) return yield toColumns(candles)
  if (!isIterable(candles)) throw notCandles(candles)
  for await (const chunk of candles) {
    if (!isColumns(chunk)) throw notCandles(chunk)
    yield chunk
  }
}

const isIterable = (value: object) => Symbol.asyncIterator in value || Symbol.iterator in value

const isColumns = (value: unknown): value is CandleColumns =>
  typeof value === 'object' && value !== null && 'at' in value && typeof value.at === 'object' && 'length' in value

function isCandles(value: CandleInput): value is readonly Readonly<Candle>[] {
  const first: unknown = Array.isArray(value) ? value[0] : undefined
  return typeof first === 'object' && first !== null && 'at' in first && typeof first.at === 'number'
}

const notCandles = (given: unknown) =>
  new BadInput(
    `these are no candles: ${JSON.stringify(given)?.slice(0, 80)}`,
    '{ at: milliseconds since 1970 UTC, open, high, low, close, volume }, or columns of them (toColumns)',
  )
