// What a candle is, one by one and in columns. Prices are in quote currency, volume in base units, times in milliseconds
// since 1970 UTC at which the candle opens.

export interface Candle {
  /** When it opens, in milliseconds since 1970 UTC. */
  at: number
  open: number
  high: number
  low: number
  close: number
  /** In base units; 0 where the source has none. */
  volume: number
}

/** Candles as one array for each field: rows 0 to `length` − 1, oldest first. The arrays may be longer than `length`. */
export interface CandleColumns {
  length: number
  at: Float64Array
  open: Float64Array
  high: Float64Array
  low: Float64Array
  close: Float64Array
  volume: Float64Array
  /** Line in the file of each row, where there is a file. */
  line?: Float64Array
}

/**
 * What is wrong with the data. All are told. A candle is not traded on unless its problems are `gap`, `off-grid` or
 * `outside-range` (its open or close lies beyond its high or low, which is widened).
 */
export type DataProblemCode =
  | 'gap'
  | 'off-grid'
  | 'duplicate'
  | 'out-of-order'
  | 'not-a-number'
  | 'before-1970'
  | 'not-positive'
  | 'below-tick'
  | 'high-below-low'
  | 'outside-range'
  | 'negative-volume'

export interface DataProblem {
  code: DataProblemCode
  symbol: string
  /** Of the candle, or of the first one that is missing; NaN where the time itself is unreadable. */
  at: number
  /** In the file, counted from 1, where there is a file. */
  line?: number
  /** How many candles it is about: of a gap, how many are missing. */
  candles: number
  /** One sentence for people. */
  text: string
}

export function emptyColumns(capacity: number): CandleColumns {
  const column = () => new Float64Array(capacity)
  return { length: 0, at: column(), open: column(), high: column(), low: column(), close: column(), volume: column() }
}

/** @returns candles in columns, as the backtest reads them */
export function toColumns(candles: readonly Readonly<Candle>[]): CandleColumns {
  const columns = emptyColumns(candles.length)
  for (const candle of candles) pushCandle(columns, candle)
  return columns
}

/** Appends a row. RangeError when the arrays are full. */
export function pushCandle(columns: CandleColumns, { at, open, high, low, close, volume }: Readonly<Candle>): void {
  const row = columns.length
  if (row >= columns.at.length) throw new RangeError(`these columns hold ${columns.at.length} candles`)
  columns.at[row] = at
  columns.open[row] = open
  columns.high[row] = high
  columns.low[row] = low
  columns.close[row] = close
  columns.volume[row] = volume
  columns.length = row + 1
}

/** The row as an object. RangeError when there is no such row. */
export function candleAt(columns: CandleColumns, row: number): Candle {
  if (!(row >= 0 && row < columns.length)) throw new RangeError(`there is no row ${row} in ${columns.length} candles`)
  return {
    at: columns.at[row] as number,
    open: columns.open[row] as number,
    high: columns.high[row] as number,
    low: columns.low[row] as number,
    close: columns.close[row] as number,
    volume: columns.volume[row] as number,
  }
}
