// What the cache does with candles in columns. Arrays are as long as their columns here.
import { type CandleColumns, emptyColumns } from '../candle.js'

export const FIELDS = ['at', 'open', 'high', 'low', 'close', 'volume'] as const
export type Row = readonly [at: number, open: number, high: number, low: number, close: number, volume: number]

export const columnsOf = (length: number): CandleColumns => ({ ...emptyColumns(length), length })

export function columnsFrom(rows: readonly Row[]): CandleColumns {
  const columns = columnsOf(rows.length)
  for (const [place, row] of rows.entries()) {
    for (const [field, name] of FIELDS.entries()) columns[name][place] = row[field] ?? Number.NaN
  }
  return columns
}

/** A view, not a copy. */
export function slice(columns: CandleColumns, from: number, to: number): CandleColumns {
  const part = (name: (typeof FIELDS)[number]) => columns[name].subarray(from, to)
  return {
    length: to - from,
    at: part('at'),
    open: part('open'),
    high: part('high'),
    low: part('low'),
    close: part('close'),
    volume: part('volume'),
  }
}

/** The first place whose opening is at this moment or later. */
export function placeOf({ at, length }: CandleColumns, atMs: number): number {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((at[middle] as number) < atMs) low = middle + 1
    else high = middle
  }
  return low
}

/** Both, in order; where both have a candle the newer one's counts. */
export function merged(older: CandleColumns, newer: CandleColumns): CandleColumns {
  const result = columnsOf(older.length + newer.length)
  let [a, b, length] = [0, 0, 0]
  while (a < older.length || b < newer.length) {
    const first = a < older.length ? (older.at[a] as number) : Number.POSITIVE_INFINITY
    const second = b < newer.length ? (newer.at[b] as number) : Number.POSITIVE_INFINITY
    const [source, place] = second <= first ? [newer, b] : [older, a]
    for (const name of FIELDS) result[name][length] = source[name][place] as number
    length++
    if (first <= second) a++
    if (second <= first) b++
  }
  return slice(result, 0, length)
}
