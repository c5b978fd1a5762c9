// What people read about a candle file that is wrong. Each is one line after "FLAG: FILE: line N: ".
export const csvTexts = {
  empty: 'the file is empty',
  noCandles: 'the file has a header and no candles',
  binary: (what: string) => `this is no CSV text but ${what}`,
  noHeader: 'there is no header: the first line must name the columns',
  headerHint: 'date (or timestamp, time), open, high, low, close, volume, in any order',
  missing: (columns: string[]) => `missing column${columns.length > 1 ? 's' : ''}: ${columns.join(', ')}`,
  twice: (column: string) => `the column "${column}" is there twice`,
  tooFew: (has: number, needs: number) => `${has} of ${needs} columns`,
  cutOff: (has: number, needs: number) => `the last line is cut off: ${has} of ${needs} columns`,
  tooMany: (has: number) => `more columns than the ${has} that the header names`,
  tooLong: (bytes: number) => `the line is longer than ${bytes} bytes`,
  openQuote: 'a quotation mark is never closed',
  notANumber: (column: string, text: string) => `${column} is no number: ${shown(text)}`,
  noText: (column: string) => `${column} is empty`,
  notPositive: (column: string, value: number) => `${column} must be more than 0, not ${value}`,
  negative: (column: string, value: number) => `${column} must not be negative: ${value}`,
  highBelowLow: (high: number, low: number) => `high ${high} is below low ${low}`,
  outside: (column: string, value: number, low: number, high: number) =>
    `${column} ${value} is outside low ${low} to high ${high}`,
  notATime: (text: string) => `no date or time: ${shown(text)}`,
  timeHint: 'ISO 8601 (2026-11-21, 2026-11-21T10:00:00Z) or seconds, milliseconds or microseconds since 1970',
  duplicate: (time: string) => `a second candle for ${time}`,
  outOfOrder: (time: string, before: string) => `${time} comes after ${before}: candles must be in the order of time`,
  changed: 'the file changed while it was read',
}

const LONGEST_SHOWN = 40
const shown = (text: string) => JSON.stringify(text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text)
