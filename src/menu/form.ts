// A form drawn from a kind's schema: what each line shows, what is still missing, and which line a refusal belongs to.

import { fileText } from '../cli/config-files.js'
import { isStoredFile } from '../core/files.js'
import type { Json, JsonObject } from '../core/json.js'
import { plain } from '../core/plain-text.js'
import { type Field, readValue } from '../kinds/config.js'
import { messages as m } from './messages.js'
import { clip, padTo, paint, widthOf } from './paint.js'

export interface Form {
  fields: Field[]
  /** What was set; a key that is missing has its default. */
  values: JsonObject
  /** By key: what the server said about it. */
  problems: Record<string, string>
}

export const newForm = (fields: Field[], values: JsonObject = {}): Form => ({
  fields,
  values: { ...values },
  problems: {},
})

/** Required and neither set nor defaulted. */
export const missing = (form: Form): Field[] =>
  form.fields.filter((field) => field.required && field.default === undefined && form.values[field.key] === undefined)

const MAX_KEY = 24

/** One line of the form: key, value, and what is wrong with it. */
export function formLine(form: Form, field: Field, columns: number): string {
  const longest = Math.max(...form.fields.map(({ key }) => widthOf(key)))
  const key = padTo(clip(field.key, MAX_KEY), Math.min(longest, MAX_KEY))
  const problem = form.problems[field.key]
  const room = Math.max(8, columns - Math.min(longest, MAX_KEY) - 2)
  if (problem === undefined) return `${key}  ${clip(shownValue(form, field), room)}`
  const value = clip(shownValue(form, field), Math.floor(room / 3))
  return `${key}  ${value}  ${paint.red(clip(`✗ ${plain(problem)}`, room - widthOf(value) - 2))}`
}

export function shownValue({ values }: Pick<Form, 'values'>, field: Field): string {
  const value = values[field.key]
  if (value !== undefined) return textOf(value)
  if (field.default !== undefined && field.default !== '') return `${textOf(field.default)} ${m.form.isDefault}`
  return field.required && field.default === undefined ? m.form.isMissing : m.form.isEmpty
}

/** What a person types to get this value again. */
export function textOf(value: Json): string {
  if (typeof value === 'string') return plain(value)
  if (isStoredFile(value)) return plain(fileText(value))
  if (typeof value === 'boolean') return value ? m.yes : m.no
  return plain(JSON.stringify(value))
}

/** Takes what was typed; answers what is wrong with it. An empty text means the default. */
export function take(form: Form, field: Field, typed: string): string | null {
  delete form.problems[field.key]
  if (typed === '') {
    delete form.values[field.key]
    return null
  }
  try {
    form.values[field.key] = readValue(field, typed)
    return null
  } catch (thrown) {
    return withoutKey(thrown instanceof Error ? thrown.message : String(thrown), field.key)
  }
}

/**
 * `Config refused: a: too small; b: must be …; or not.` → by key. A part that names no key belongs to the one before;
 * what stands before the first key belongs to none and is answered as the rest.
 */
export function readProblems(message: string, fields: Field[]): { problems: Record<string, string>; rest: string } {
  const problems: Record<string, string> = {}
  const keys = new Set(fields.map(({ key }) => key))
  const text = message.replace(/^[A-Z][\w ]* refused: /, '').replace(/\.$/, '')
  let last: string | null = null
  const rest: string[] = []
  for (const part of text.split('; ')) {
    const found: RegExpExecArray | null = /^(?:[\w-]+: )?([\w-]+)((?:\.[\w-]+)*): (.*)$/.exec(part)
    const key: string | undefined = found?.[1]
    if (found && key !== undefined && keys.has(key)) {
      const where = found[2] ? `${found[2].slice(1)}: ` : ''
      problems[key] = problems[key] === undefined ? `${where}${found[3]}` : `${problems[key]}; ${where}${found[3]}`
      last = key
    } else if (last !== null) problems[last] = `${problems[last]}; ${part}`
    else rest.push(part)
  }
  return { problems, rest: rest.join('; ') }
}

const withoutKey = (message: string, key: string) =>
  message.startsWith(`${key}: `) ? message.slice(key.length + 2) : message

/** What must be sent to make the stored config this: keys set, keys put back to their default. */
export function changes(before: JsonObject, after: JsonObject): { set: JsonObject; unset: string[] } {
  const set: JsonObject = {}
  for (const [key, value] of Object.entries(after)) {
    if (JSON.stringify(before[key]) !== JSON.stringify(value)) set[key] = value
  }
  return { set, unset: Object.keys(before).filter((key) => !(key in after)) }
}
