// A document for scripts, as lines for people: bytes in MB, times local, milliseconds and seconds in what they amount to.
// What a number counts is in its name, as everywhere here.
import type { Json } from '../core/json.js'
import { plain } from '../core/plain-text.js'
import { isTime, localTime, zoneLine } from './times.js'

/** With the zone's name above when there are times in it. */
export function documentText(document: Json): string {
  const lines = linesOf(document)
  return (hasTime(document) ? [zoneLine(), ...lines] : lines).join('\n')
}

function linesOf(value: Json): string[] {
  if (Array.isArray(value)) return value.map((item) => inOneLine(item))
  if (value === null || typeof value !== 'object') return [inOneLine(value)]
  return Object.entries(value).flatMap(([key, inner]) => {
    if (!isNested(inner)) return [plain(`${key}: ${wordOf(key, inner)}`)]
    return [plain(`${key}:`), ...linesOf(inner).map((line) => `  ${line}`)]
  })
}

const isNested = (value: Json): boolean =>
  Array.isArray(value)
    ? value.some((item) => typeof item === 'object' && item !== null)
    : typeof value === 'object' && value !== null && Object.keys(value).length > 0

function inOneLine(value: Json): string {
  if (Array.isArray(value) || value === null || typeof value !== 'object') return plain(wordOf('', value))
  return plain(
    Object.entries(value)
      .map(([key, inner]) => `${key}=${wordOf(key, inner)}`)
      .join('  '),
  )
}

function wordOf(key: string, value: Json): string {
  if (value === null) return '–'
  if (isTime(value)) return localTime(value)
  if (typeof value === 'number') return inUnits(key, value)
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'string') return value
  if (Array.isArray(value) && !isNested(value)) return value.map((item) => wordOf(key, item)).join(', ') || '–'
  return Object.keys(value).length === 0 ? '–' : JSON.stringify(value)
}

const SECOND_MS = 1000
const UNITS: [RegExp, (value: number) => string][] = [
  [/Bytes$/, (value) => size(value)],
  [/Ms$/, (value) => duration(value)],
  [/Seconds$/, (value) => duration(value * SECOND_MS)],
  [/Percent$/, (value) => `${value} %`],
]

export function inUnits(key: string, value: number): string {
  const unit = UNITS.find(([name]) => name.test(key))
  return unit ? unit[1](value) : String(value)
}

const rounded = (value: number) => String(Math.round(value * 10) / 10)

function size(value: number): string {
  const kb = value / 1024
  if (Math.abs(kb) < 1) return `${value} bytes`
  if (Math.abs(kb) < 1024) return `${rounded(kb)} KB`
  return kb < 1024 ** 2 ? `${Math.round(kb / 1024)} MB` : `${rounded(kb / 1024 ** 2)} GB`
}

/** `800 ms`, `40 s`, `1.5 h`. */
export function duration(ms: number): string {
  if (Math.abs(ms) < SECOND_MS) return `${ms} ms`
  const seconds = ms / SECOND_MS
  if (Math.abs(seconds) < 120) return `${rounded(seconds)} s`
  if (seconds < 7200) return `${rounded(seconds / 60)} min`
  return seconds < 172_800 ? `${rounded(seconds / 3600)} h` : `${rounded(seconds / 86_400)} days`
}

const hasTime = (value: Json): boolean =>
  isTime(value) || (typeof value === 'object' && value !== null && Object.values(value).some(hasTime))
