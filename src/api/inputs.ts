// The words of which the verbs' inputs are made. Whoever speaks to the socket by hand hears which field is wrong, and its
// value is never quoted: it may be a secret. What the values mean is checked by the verbs.
import { z } from 'zod'
import { usage } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)

export const text = z.string('must be a text')
export const texts = z.array(z.string('must be a list of texts'), 'must be a list of texts')
export const number = z.number('must be a number')
export const flag = z.boolean('must be true or false')
export const object = z.custom<JsonObject>(isObject, 'must be an object')
export const textOrNull = z.union([z.string(), z.null()], 'must be a text or null')

export const uploads = z.record(
  z.string(),
  z.object({ name: text, base64: text }, 'must be { name, base64 }'),
  'must be an object',
)

/** What no verb knows is passed over. @throws BAD_INPUT, naming the field, never its value */
export function readInput<I extends z.ZodObject>(verb: string, schema: I, input: unknown): z.output<I> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const field = issue?.path.filter((part) => typeof part === 'string').join('.') || 'the input'
  throw usage('BAD_INPUT', `${verb}: ${field} ${issue?.message ?? 'is wrong'}.`)
}
