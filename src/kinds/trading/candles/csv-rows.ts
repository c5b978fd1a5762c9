// Rows of a candle file, from bytes to columns. Written by hand because of its speed alone: libraries build a text for every
// field and an object for every row, and read 0.2 to 1 million rows a second; this reads several millions.
import { BadInput } from '../../../core/bad-input.js'
import type { CandleColumns } from './candle.js'
import { type CsvLayout, EXTRA } from './csv-header.js'
import { csvTexts as t } from './csv-texts.js'
import { openTimeReader } from './csv-time.js'

const [LF, CR, QUOTE, POINT, SPACE, ZERO] = [0x0a, 0x0d, 0x22, 0x2e, 0x20, 0x30]
/** So many digits are a whole number below 2^53, and a power of ten that is exact: their quotient is the nearest number there is. */
const EXACT_DIGITS = 15
const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, exponent) => 10 ** exponent)
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/
const NAMES = ['date', 'open', 'high', 'low', 'close', 'volume']

export interface RowReader {
  /** Of the line that comes next; the header was line 1. */
  readonly line: number
  /**
   * Reads rows from `bytes` into `into` until that is full or no whole row is left, and answers where it stopped.
   * Before `to` a row ends; at the end of the file `bytes[to]` must be a line feed beyond the data. BadInput has the line.
   * @param isEnd no more bytes follow: what is left is the last row
   */
  read(bytes: Uint8Array, from: number, to: number, isEnd: boolean, into: CandleColumns): number
}

/** @param where how an error begins: the flag and the file */
export function openRowReader({ delimiter, roles }: CsvLayout, where: string): RowReader {
  const times = openTimeReader()
  const columns = roles.length
  const values = new Float64Array(6)
  let line = 2
  let before = Number.NEGATIVE_INFINITY

  function read(bytes: Uint8Array, from: number, to: number, isEnd: boolean, into: CandleColumns): number {
    const { at, open, high, low, close, volume } = into
    const room = at.length
    let row = into.length
    let position = from
    while (row < room && position < to) {
      if (bytes[position] === LF || bytes[position] === CR) {
        position++
        if (bytes[position - 1] === LF) line++
        continue
      }
      let column = 0
      let p = position
      for (; column < columns; column++) {
        const role = roles[column] as number
        const start = p
        if (role > 0) {
          let mantissa = 0
          let point = -1
          let byte = bytes[p] as number
          for (; ; byte = bytes[++p] as number) {
            if (byte >= ZERO && byte <= 0x39) mantissa = mantissa * 10 + (byte - ZERO)
            else if (byte === POINT && point === -1) point = p
            else break
          }
          const digits = p - start - (point === -1 ? 0 : 1)
          if ((byte === delimiter || byte === LF) && digits > 0 && digits <= EXACT_DIGITS) {
            values[role] = point === -1 ? mantissa : mantissa / (POWERS[p - point - 1] as number)
          } else {
            p = fieldEnd(bytes, start, to)
            if (p >= 0) values[role] = slowNumber(textOf(bytes, start, p), NAMES[role] as string)
          }
        } else if (role === 0 && bytes[p] !== QUOTE) {
          while (bytes[p] !== delimiter && bytes[p] !== LF) p++
          values[0] = timeIn(bytes, start, p)
        } else {
          p = fieldEnd(bytes, start, to)
          if (role !== EXTRA && p >= 0) values[0] = timeIn(bytes, start, p)
        }
        if (p < 0 || p >= to || bytes[p] === LF) break
        p++
      }
      if (p < 0) {
        if (isEnd) throw bad(t.openQuote)
        break // the line feed before `to` stood between quotation marks
      }
      if (column < columns - 1) throw bad(p >= to ? t.cutOff(column + 1, columns) : t.tooFew(column + 1, columns))
      if (column === columns) {
        // One delimiter more at the end of each line is a habit of some programs.
        while (bytes[p] === CR || bytes[p] === SPACE) p++
        if (p < to && bytes[p] !== LF) throw bad(t.tooMany(columns))
      }
      check()
      at[row] = values[0] as number
      open[row] = values[1] as number
      high[row] = values[2] as number
      low[row] = values[3] as number
      close[row] = values[4] as number
      volume[row] = values[5] as number
      row++
      line++
      position = p + 1
    }
    into.length = row
    return Math.min(position, to)
  }

  /** Where a field ends that the quick way does not read; -1 when it does not end in here. */
  function fieldEnd(bytes: Uint8Array, start: number, to: number): number {
    let p = start
    while (bytes[p] === SPACE) p++
    if (bytes[p] === QUOTE) {
      for (p++; p < to; p++) {
        if (bytes[p] !== QUOTE) continue
        if (bytes[p + 1] !== QUOTE) break
        p++
      }
      if (p >= to) return -1
    }
    while (bytes[p] !== delimiter && bytes[p] !== LF) p++
    return p
  }

  function timeIn(bytes: Uint8Array, start: number, end: number): number {
    let [from, to] = [start, end]
    while (to > from && isBlank(bytes[to - 1] as number)) to--
    while (from < to && isBlank(bytes[from] as number)) from++
    if (bytes[from] === QUOTE && bytes[to - 1] === QUOTE && to - from >= 2) [from, to] = [from + 1, to - 1]
    const time = times.read(bytes, from, to)
    if (Number.isNaN(time)) throw bad(t.notATime(textOf(bytes, from, to)), t.timeHint)
    return time
  }

  function slowNumber(text: string, name: string): number {
    const bare = text
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim()
    if (bare === '') throw bad(t.noText(name))
    const value = DECIMAL.test(bare) ? Number(bare) : Number.NaN
    if (!Number.isFinite(value)) throw bad(t.notANumber(name, bare))
    return value
  }

  function check() {
    const [time = 0, open = 0, high = 0, low = 0, close = 0, volume = 0] = values
    if (open > 0 && close > 0 && low > 0 && volume >= 0 && high >= low && isWithin(open, low, high)) {
      if (isWithin(close, low, high) && time > before) {
        before = time
        return
      }
    }
    for (let i = 1; i < 5; i++)
      if (!((values[i] as number) > 0)) throw bad(t.notPositive(NAMES[i] ?? '', values[i] ?? 0))
    if (volume < 0) throw bad(t.negative('volume', volume))
    if (high < low) throw bad(t.highBelowLow(high, low))
    if (!isWithin(open, low, high)) throw bad(t.outside('open', open, low, high))
    if (!isWithin(close, low, high)) throw bad(t.outside('close', close, low, high))
    throw bad(time === before ? t.duplicate(isoOf(time)) : t.outOfOrder(isoOf(time), isoOf(before)))
  }

  const bad = (what: string, hint = '') => new BadInput(`${where}: line ${line}: ${what}`, hint)

  return {
    get line() {
      return line
    },
    read,
  }
}

const isWithin = (value: number, low: number, high: number) => value >= low && value <= high
const isBlank = (byte: number) => byte === SPACE || byte === CR
const textOf = (bytes: Uint8Array, from: number, to: number) => Buffer.from(bytes.subarray(from, to)).toString('utf8')
const LAST_DATE_MS = 8.64e15
const isoOf = (ms: number) => (Math.abs(ms) <= LAST_DATE_MS ? new Date(ms).toISOString() : String(ms))
