// A chunk of candles as bytes. Venues give prices and volumes as decimals, so a column is kept as whole numbers of its
// last decimal: prices as their distance from the close before, which are small, bytes of one weight beside each other,
// and all of it through Zstandard. What is no short decimal is kept as it is: nothing is ever rounded.
//
//   u8 version · u32 candles · six columns (at, close, open, high, low, volume): i8 decimals, or -1 for plain doubles,
//   then 4 or 8 bytes for each candle
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { CandleColumns } from '../candle.js'
import { columnsOf, slice } from './columns.js'

const VERSION = 1
const HEADER_BYTES = 5
const PLAIN = -1
const MOST_DECIMALS = 12
const MOST = 2 ** 31 - 1
/** Openings are whole minutes. */
const MINUTE_MS = 60_000
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

export class BadChunk extends Error {
  override readonly name = 'BadChunk'
}

export function packed(given: CandleColumns): Uint8Array {
  const columns = slice(given, 0, given.length)
  const { length } = columns
  const parts = [header(length), packedOpenings(columns.at), ...packedPrices(columns), packedVolume(columns.volume)]
  return zstdCompressSync(Buffer.concat(parts), FAST)
}

function header(length: number): Uint8Array {
  const bytes = Buffer.alloc(HEADER_BYTES)
  bytes.writeUInt8(VERSION, 0)
  bytes.writeUInt32LE(length, 1)
  return bytes
}

function packedOpenings(at: Float64Array): Uint8Array {
  const steps = new Int32Array(at.length)
  let before = 0
  for (const [place, value] of at.entries()) {
    const step = value / MINUTE_MS - before
    if (value % MINUTE_MS !== 0 || Math.abs(step) > MOST || Object.is(value, -0)) return plain(at)
    steps[place] = step
    before = value / MINUTE_MS
  }
  return whole(0, steps)
}

/** In the order in which they are kept: the closes are needed to read the others. All four plain, or none. */
function packedPrices({ open, high, low, close }: CandleColumns): Uint8Array[] {
  const all = [close, open, high, low]
  const decimals = Math.max(...all.map(decimalsOf))
  const steps = decimals > MOST_DECIMALS ? [null] : stepsOf(all.map((column) => unitsOf(column, decimals)))
  const fitting = steps.filter((column) => column !== null)
  return fitting.length === all.length ? fitting.map((column) => whole(decimals, column)) : all.map(plain)
}

function stepsOf([closes = NONE, ...others]: Float64Array[]): (Int32Array | null)[] {
  const before = closes.map((_, place) => (place === 0 ? 0 : (closes[place - 1] as number)))
  const [opens = NONE, ...highsAndLows] = others
  return [distance(closes, before), distance(opens, before), ...highsAndLows.map((column) => distance(column, closes))]
}

/** Null: too far for its four bytes. */
function distance(column: Float64Array, from: Float64Array): Int32Array | null {
  const steps = column.map((value, place) => value - (from[place] as number))
  return steps.every((step) => Math.abs(step) <= MOST) ? Int32Array.from(steps) : null
}

const NONE = new Float64Array(0)

function packedVolume(volume: Float64Array): Uint8Array {
  const decimals = decimalsOf(volume)
  if (decimals > MOST_DECIMALS) return plain(volume)
  const units = unitsOf(volume, decimals)
  if (units.some((value) => Math.abs(value) > MOST)) return plain(volume)
  return whole(decimals, Int32Array.from(units))
}

/** The fewest with which every value comes back the same; more than `MOST_DECIMALS`: there are none. */
function decimalsOf(column: Float64Array): number {
  let decimals = 0
  for (const value of column) {
    while (decimals <= MOST_DECIMALS && !isWholeAt(value, decimals)) decimals++
    if (decimals > MOST_DECIMALS) return decimals
  }
  return decimals
}

/** A whole number below 2^53 divided by a power of ten is the double nearest to that decimal: what its text is read as. */
function isWholeAt(value: number, decimals: number): boolean {
  const scale = 10 ** decimals
  const units = Math.round(value * scale)
  return Number.isSafeInteger(units) && !Object.is(value, -0) && units / scale === value
}

const unitsOf = (column: Float64Array, decimals: number): Float64Array =>
  column.map((value) => Math.round(value * 10 ** decimals))

const plain = (column: Float64Array) => withDecimals(PLAIN, column)
const whole = (decimals: number, column: Int32Array) => withDecimals(decimals, column)

function withDecimals(decimals: number, column: Float64Array | Int32Array): Uint8Array {
  const bytes = new Uint8Array(1 + column.byteLength)
  bytes[0] = decimals & 0xff
  const from = new Uint8Array(column.buffer, column.byteOffset, column.byteLength)
  const size = column.BYTES_PER_ELEMENT
  const length = column.length
  for (let byte = 0; byte < size; byte++) {
    const start = 1 + byte * length
    for (let place = 0, at = byte; place < length; place++, at += size) bytes[start + place] = from[at] as number
  }
  return bytes
}

/** Throws `BadChunk` for bytes that are no chunk. */
export function unpacked(data: Uint8Array): CandleColumns {
  const reader = openReader(data)
  const columns = columnsOf(reader.length)
  readOpenings(reader, columns.at)
  readPrices(reader, columns)
  readVolume(reader, columns.volume)
  return columns
}

interface Reader {
  length: number
  next(): { decimals: number; values: Int32Array | Float64Array }
}

function openReader(data: Uint8Array): Reader {
  const bytes = inflated(data)
  if (bytes.byteLength < HEADER_BYTES || bytes.readUInt8(0) !== VERSION) throw new BadChunk('it is of another version')
  const length = bytes.readUInt32LE(1)
  let at = HEADER_BYTES
  const next = () => {
    if (at >= bytes.byteLength) throw new BadChunk('it ends too soon')
    const decimals = bytes.readInt8(at)
    const size = decimals === PLAIN ? 8 : 4
    if (at + 1 + size * length > bytes.byteLength) throw new BadChunk('it ends too soon')
    const values = gathered(bytes, at + 1, length, size)
    at += 1 + size * length
    return { decimals, values }
  }
  return { length, next }
}

function inflated(data: Uint8Array): Buffer {
  try {
    return zstdDecompressSync(data)
  } catch (error) {
    throw new BadChunk(`it cannot be unpacked (${error instanceof Error ? error.message : error})`)
  }
}

function gathered(bytes: Buffer, from: number, length: number, size: number): Int32Array | Float64Array {
  if (size === 4) {
    const values = new Int32Array(length)
    const [b, c, d] = [from + length, from + 2 * length, from + 3 * length]
    for (let place = 0; place < length; place++) {
      values[place] =
        (bytes[from + place] as number) |
        ((bytes[b + place] as number) << 8) |
        ((bytes[c + place] as number) << 16) |
        ((bytes[d + place] as number) << 24)
    }
    return values
  }
  const raw = new Uint8Array(length * size)
  for (let byte = 0; byte < size; byte++) {
    const start = from + byte * length
    for (let place = 0, at = byte; place < length; place++, at += size) raw[at] = bytes[start + place] as number
  }
  return new Float64Array(raw.buffer)
}

function readOpenings({ next }: Reader, into: Float64Array) {
  const { decimals, values } = next()
  if (decimals === PLAIN) return into.set(values)
  let minutes = 0
  for (let place = 0; place < into.length; place++) {
    minutes += values[place] as number
    into[place] = minutes * MINUTE_MS
  }
}

function readPrices(reader: Reader, { open, high, low, close }: CandleColumns) {
  const [closes, opens, highs, lows] = [reader.next(), reader.next(), reader.next(), reader.next()]
  if (closes.decimals === PLAIN) {
    close.set(closes.values)
    open.set(opens.values)
    high.set(highs.values)
    low.set(lows.values)
    return
  }
  const scale = 10 ** closes.decimals
  let units = 0
  for (let place = 0; place < close.length; place++) {
    open[place] = (units + (opens.values[place] as number)) / scale
    units += closes.values[place] as number
    close[place] = units / scale
    high[place] = (units + (highs.values[place] as number)) / scale
    low[place] = (units + (lows.values[place] as number)) / scale
  }
}

function readVolume({ next }: Reader, into: Float64Array) {
  const { decimals, values } = next()
  if (decimals === PLAIN) return into.set(values)
  const scale = 10 ** decimals
  for (let place = 0; place < into.length; place++) into[place] = (values[place] as number) / scale
}
