// Candles that all workers read and none copies: blocks of columns in shared memory, and parts of them by time.
import { FIELDS, placeOf, slice } from '../../candles/cache/columns.js'
import type { CandleColumns } from '../../candles/candle.js'
import type { Stretch } from './windows.js'

const BLOCK_CANDLES = 1 << 16
const BYTES = 8

/** What is handed to a worker: `FIELDS` one after the other in one buffer. */
export interface SharedBlock {
  buffer: SharedArrayBuffer
  length: number
}

export async function sharedCandles(
  chunks: Iterable<CandleColumns> | AsyncIterable<CandleColumns>,
  mostCandles: number,
  tooMany: () => Error,
): Promise<SharedBlock[]> {
  const blocks: SharedBlock[] = []
  let [open, candles] = [null as SharedBlock | null, 0]
  for await (const chunk of chunks) {
    candles += chunk.length
    if (candles > mostCandles) throw tooMany()
    for (let row = 0; row < chunk.length; ) {
      if (open === null || open.length === BLOCK_CANDLES) {
        open = { buffer: new SharedArrayBuffer(FIELDS.length * BLOCK_CANDLES * BYTES), length: 0 }
        blocks.push(open)
      }
      const count = Math.min(chunk.length - row, BLOCK_CANDLES - open.length)
      for (const [field, name] of FIELDS.entries()) {
        const column = new Float64Array(open.buffer, field * BLOCK_CANDLES * BYTES, BLOCK_CANDLES)
        column.set(chunk[name].subarray(row, row + count), open.length)
      }
      open.length += count
      row += count
    }
  }
  return blocks
}

/** Views of what opens within a stretch, and of so many candles before it. */
export function candlesWithin(blocks: readonly SharedBlock[], { from, until }: Stretch, before = 0): CandleColumns[] {
  const all = blocks.map(columnsOf)
  const rowOf = (at: number) => all.reduce((rows, columns) => rows + placeOf(columns, at), 0)
  return rowsOf(all, Math.max(0, rowOf(from) - before), rowOf(until))
}

function rowsOf(all: readonly CandleColumns[], first: number, end: number): CandleColumns[] {
  const parts: CandleColumns[] = []
  let row = 0
  for (const columns of all) {
    const [from, to] = [Math.max(0, first - row), Math.min(columns.length, end - row)]
    if (from < to) parts.push(slice(columns, from, to))
    row += columns.length
  }
  return parts
}

function columnsOf({ buffer, length }: SharedBlock): CandleColumns {
  const [at, open, high, low, close, volume] = FIELDS.map(
    (_, field) => new Float64Array(buffer, field * BLOCK_CANDLES * BYTES, length),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]
  return { length, at, open, high, low, close, volume }
}

/** Openings of the first and the last; null: there are none. */
export function extentOf(blocks: readonly SharedBlock[]): { first: number; last: number; candles: number } | null {
  const [head, tail] = [blocks[0], blocks.at(-1)]
  if (!head || !tail) return null
  const candles = blocks.reduce((sum, { length }) => sum + length, 0)
  return { first: columnsOf(head).at[0] as number, last: columnsOf(tail).at[tail.length - 1] as number, candles }
}
