// Postgres keeps neither NUL nor half of a surrogate pair, and one such character in one message would turn away the
// whole batch, for ever. They travel, and lie there, as U+E000 and four hex digits; so does U+E000 itself.
import type { Json } from '../../core/json.js'

const MARK = '\ue000'
const UNSTORABLE = new RegExp(`[\\p{Surrogate}\\0${MARK}]`, 'gu') // with `u`, a whole pair is not a surrogate
const MARKED = new RegExp(`${MARK}([0-9a-f]{4})`, 'g')

export const toPostgres = <T extends Json>(value: T): T => mapText(value, mark) as T
export const fromPostgres = (value: Json): Json => mapText(value, unmark)

const mark = (text: string) =>
  text.replace(UNSTORABLE, (character) => MARK + character.charCodeAt(0).toString(16).padStart(4, '0'))

const unmark = (text: string) =>
  text.includes(MARK) ? text.replace(MARKED, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))) : text

function mapText(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => mapText(item, change))
  // fromEntries, not assignment: a key may be called __proto__
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [change(key), mapText(item, change)]))
}
