// The time of a candle as files write it, read from bytes: building a text and a Date for each of ten million rows would
// take longer than all the rest.
//
//   ISO 8601   2026-11-21 · 2026/11/21 · 20261121 · 2026-11-21T10:00 · 2026-11-21 10:00:00.123 with Z, UTC, +02, +0200 or +02:00.
//              Without a zone it is UTC, whatever the zone of this computer.
//   epoch      a number, negative before 1970. The first row decides for the file: below 1e11 seconds (until the year
//              5138), below 1e14 milliseconds (since 1973), below 1e17 microseconds, else nanoseconds. Eight digits are
//              a calendar date. A fraction of a millisecond is dropped.

const [MINUS, PLUS, POINT, COLON, SLASH, SPACE] = [0x2d, 0x2b, 0x2e, 0x3a, 0x2f, 0x20]
const [LETTER_T, LETTER_Z] = [0x54, 0x5a]
const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const CALENDAR_DIGITS = 8

export interface TimeReader {
  /** Milliseconds since 1970 in UTC; NaN when these bytes are no time. */
  read(bytes: Uint8Array, from: number, to: number): number
}

export function openTimeReader(): TimeReader {
  let msPerUnit = 0
  return {
    read(bytes, from, to) {
      const sign = at(bytes, from) === MINUS ? -1 : 1
      const first = sign === -1 ? from + 1 : from
      let value = 0
      let end = first
      for (; end < to; end++) {
        const digit = at(bytes, end) - 0x30
        if (digit < 0 || digit > 9) break
        value = value * 10 + digit
      }
      const isWhole = end === to
      if (isWhole && end - first === CALENDAR_DIGITS && sign === 1) return calendarDate(value)
      if (isWhole || (at(bytes, end) === POINT && end > first)) {
        if (end === first) return Number.NaN
        const fraction = isWhole ? 0 : fractionOf(bytes, end + 1, to)
        if (msPerUnit === 0) msPerUnit = unitOf(value)
        return Math.floor(sign * (value + fraction) * msPerUnit + ROUNDING_MS)
      }
      return sign === -1 ? Number.NaN : isoTime(bytes, from, to)
    },
  }
}

/** Binary fractions of a second fall short of the millisecond that was meant. */
const ROUNDING_MS = 1e-4

function unitOf(value: number): number {
  if (value < 1e11) return 1_000
  if (value < 1e14) return 1
  return value < 1e17 ? 1e-3 : 1e-6
}

function fractionOf(bytes: Uint8Array, from: number, to: number): number {
  let [value, scale] = [0, 1]
  for (let i = from; i < to; i++) {
    const digit = at(bytes, i) - 0x30
    if (digit < 0 || digit > 9) return Number.NaN
    value = value * 10 + digit
    scale *= 10
  }
  return value / scale
}

const calendarDate = (digits: number) =>
  dateMs(Math.floor(digits / 10_000), Math.floor(digits / 100) % 100, digits % 100)

/** YYYY-MM-DD, then perhaps a time of day and a zone. */
function isoTime(bytes: Uint8Array, from: number, to: number): number {
  const mark = at(bytes, from + 4)
  if (to - from < 10 || (mark !== MINUS && mark !== SLASH) || at(bytes, from + 7) !== mark) return Number.NaN
  const year = pair(bytes, from) * 100 + pair(bytes, from + 2)
  const day = dateMs(year, pair(bytes, from + 5), pair(bytes, from + 8))
  if (to - from === 10) return day
  const between = at(bytes, from + 10) & ~0x20
  if (between !== LETTER_T && between !== 0) return Number.NaN
  const clock = clockMs(bytes, from + 11, to)
  if (clock.end === to) return day + clock.ms
  return day + clock.ms - zoneMs(bytes, clock.end, to)
}

const clock = { ms: 0, end: 0 }

/** HH:MM[:SS[.fraction]]. One object for all rows: ten million short-lived ones would be the garbage collector's work. */
function clockMs(bytes: Uint8Array, from: number, to: number): typeof clock {
  const [hour, minute] = [pair(bytes, from), pair(bytes, from + 3)]
  clock.ms = Number.NaN
  clock.end = to
  if (to - from < 5 || at(bytes, from + 2) !== COLON || hour > 23 || minute > 59) return clock
  let ms = (hour * 60 + minute) * MINUTE_MS
  let end = from + 5
  if (at(bytes, end) === COLON && end + 3 <= to) {
    const second = pair(bytes, end + 1)
    if (second > 59) return clock
    ms += second * 1_000
    end += 3
    if (end < to && at(bytes, end) === POINT) {
      const start = ++end
      while (end < to && at(bytes, end) >= 0x30 && at(bytes, end) <= 0x39) end++
      if (end === start) return clock
      ms += Math.floor(fractionOf(bytes, start, end) * 1_000 + ROUNDING_MS)
    }
  }
  clock.ms = ms
  clock.end = end
  return clock
}

/** What has to be taken off to reach UTC. */
function zoneMs(bytes: Uint8Array, given: number, to: number): number {
  let from = given
  if (at(bytes, from) === SPACE) from++
  const first = at(bytes, from)
  if (first === LETTER_Z || first === (LETTER_Z | 0x20)) return to === from + 1 ? 0 : Number.NaN
  if (to - from === 3 && String.fromCharCode(...bytes.subarray(from, to)).toUpperCase() === 'UTC') return 0
  if (first !== PLUS && first !== MINUS) return Number.NaN
  const hours = pair(bytes, from + 1)
  let at2 = from + 3
  if (at2 < to && at(bytes, at2) === COLON) at2++
  const minutes = at2 < to ? pair(bytes, at2) : 0
  if ((at2 < to && at2 + 2 !== to) || to - from < 3 || hours > 18 || minutes > 59) return Number.NaN
  return (first === MINUS ? -1 : 1) * (hours * 60 + minutes) * MINUTE_MS
}

/** Two digits; NaN when they are none. */
function pair(bytes: Uint8Array, from: number): number {
  const [tens, ones] = [at(bytes, from) - 0x30, at(bytes, from + 1) - 0x30]
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

/** Most rows are of the same day as the one before. */
let last = { year: Number.NaN, month: 0, day: 0, ms: Number.NaN }

function dateMs(year: number, month: number, day: number): number {
  if (year === last.year && month === last.month && day === last.day) return last.ms
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return Number.NaN
  const ms = daysSince1970(year, month, day) * DAY_MS
  last = { year, month, day, ms }
  return ms
}

const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const isLeap = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
const daysIn = (year: number, month: number) => (month === 2 && isLeap(year) ? 29 : (LENGTHS[month - 1] ?? 0))

/** The Gregorian calendar counted from March, so that the leap day comes last (H. Hinnant, chrono-compatible date algorithms). */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

const at = (bytes: Uint8Array, index: number): number => bytes[index] ?? 0
