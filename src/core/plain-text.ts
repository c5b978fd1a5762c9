// Text from outside (messages, reasons, names, answers of a kind) must not move the cursor, colour the screen, ring,
// rename the window, turn the direction of reading, or look like a line of ours.
//
// It is made harmless twice. Where it comes in: every answer of a verb, and every error. And where it goes out: what is
// written to the terminal may hold line breaks and colours, and no other control.

/** Controls (C0, DEL, C1) except line break and tab, and what overrides the direction of text. */
const CONTROL = '\\0-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069'
const HOSTILE = new RegExp(`[${CONTROL}]`, 'g')
const BREAK = /[\n\t\u2028\u2029]/g
const COLOUR = '\\x1b\\[[\\d;]*m'
const COLOUR_OR_HOSTILE = new RegExp(`${COLOUR}|[${CONTROL}]`, 'g')
const NOT_IN_JSON = /[\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g

/** What was there is seen to have been there. */
const INSTEAD = '\ufffd'

/** Several lines of it. */
export const plainLines = (text: string): string => text.replaceAll('\r\n', '\n').replace(HOSTILE, INSTEAD)

/** One line: a cell, a sentence, a part of one. */
export const plain = (text: string): string => text.replace(/[\r\n\t\u2028\u2029]/g, ' ').replace(HOSTILE, INSTEAD)

/** The same for every text inside a value. What is neither text, list nor plain object is left as it is. */
export function plainValue<T>(value: T, clean: (text: string) => string): T
export function plainValue(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === 'string') return clean(value)
  if (Array.isArray(value)) return value.map((inner) => plainValue(inner, clean))
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [clean(key), plainValue(inner, clean)]))
}

/** Text of ours on its way to the terminal: our colours stay, any other control does not. */
export const drawable = (text: string): string =>
  text.replace(COLOUR_OR_HOSTILE, (found) => (found.length > 1 ? found : INSTEAD))

/** One line of a screen. */
export const drawableLine = (text: string): string => drawable(text.replace(BREAK, ' '))

/** The same JSON: what JSON leaves as it is but a terminal obeys is written as an escape. */
export const drawableJson = (json: string): string =>
  json.replace(NOT_IN_JSON, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
