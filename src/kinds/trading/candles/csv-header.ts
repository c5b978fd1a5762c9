// The first line of a candle file: what parts its columns, and which of them are a candle's.
import { csvTexts as t } from './csv-texts.js'

/** Of a candle, in the order of its columns. */
export const FIELDS = ['at', 'open', 'high', 'low', 'close', 'volume'] as const
export type CandleField = (typeof FIELDS)[number]

/** A column that is none of a candle's. */
export const EXTRA = -1

export interface CsvLayout {
  delimiter: number
  /** For each column its place in FIELDS, or EXTRA. */
  roles: Int8Array
}

export interface LayoutProblem {
  problem: string
  hint: string
}

const DELIMITERS = [',', ';', '\t', '|'] as const
/** What may be called the time, the surest first: a file with both `timestamp` and `date` has whole times in the former. */
const TIME_NAMES = ['timestamp', 'datetime', 'date', 'time', 'open time', 'open_time', 'opentime']
const PRICES = FIELDS.slice(1)

export function readHeader(line: string): CsvLayout | LayoutProblem {
  const layouts = DELIMITERS.map((delimiter) => ({ delimiter, names: namesIn(line, delimiter) }))
  const best = layouts.reduce((one, other) => (knownIn(other.names) > knownIn(one.names) ? other : one))
  if (knownIn(best.names) === 0) return { problem: t.noHeader, hint: t.headerHint }
  return layoutOf(best.names, best.delimiter)
}

function layoutOf(names: string[], delimiter: string): CsvLayout | LayoutProblem {
  const roles = new Int8Array(names.length).fill(EXTRA)
  const time = timeColumn(names)
  if (time !== -1) roles[time] = 0
  const missing = time === -1 ? ['date'] : []
  for (const name of PRICES) {
    const column = names.indexOf(name)
    if (column === -1) missing.push(name)
    else if (names.lastIndexOf(name) !== column) return { problem: t.twice(name), hint: t.headerHint }
    else roles[column] = FIELDS.indexOf(name)
  }
  if (missing.length > 0) return { problem: t.missing(missing), hint: t.headerHint }
  return { delimiter: delimiter.charCodeAt(0), roles }
}

/** An index that was written without a name (as pandas does) stands first. */
function timeColumn(names: string[]): number {
  const name = TIME_NAMES.find((one) => names.includes(one))
  return name === undefined ? (names[0] === '' ? 0 : -1) : names.indexOf(name)
}

const knownIn = (names: string[]) => new Set(names.filter((name) => isPrice(name) || TIME_NAMES.includes(name))).size
const isPrice = (name: string) => (PRICES as readonly string[]).includes(name)

/** Names of columns hold no quotation marks: those around them are all there are. */
const namesIn = (line: string, delimiter: string) =>
  line.split(delimiter).map((name) =>
    name
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim()
      .toLowerCase(),
  )
