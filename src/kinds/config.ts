// A session's config against its kind's schema: checked, defaulted, drawn as a form, read from `key=value`.
import { z } from 'zod'
import { type UserError, usage } from '../core/errors.js'
import { didYouMean } from '../core/ids.js'
import type { Json, JsonObject } from '../core/json.js'
import { parseSize, SIZE_RULE } from '../core/sizes.js'
import { fileIn } from './file.js'
import type { Kind } from './kind.js'
import { inOwnWords } from './own-words.js'
import { isSessionIn } from './session-config.js'

const MB = 1024 ** 2
/** What is no size at all is another rule's to refuse. */
const isBetween = (bytes: number | null, least: number, most: number) =>
  bytes === null || (bytes >= least && bytes <= most)

/** Keys that every kind's config has. */
const common = z.object({
  maxMemory: z
    .string(`must be ${SIZE_RULE}`)
    .refine((text) => parseSize(text) !== null, `must be ${SIZE_RULE}`)
    .refine((text) => isBetween(parseSize(text), 64 * MB, 64 * 1024 * MB), 'must be between 64MB and 64GB')
    .optional()
    .describe(
      'Restart the session when its whole process tree uses more than this, e.g. 768MB; default: the plan’s limit',
    ),
})
const COMMON_KEYS = Object.keys(common.shape)

export type ConfigCheck =
  | { ok: true; config: JsonObject; maxMemoryBytes: number | null }
  | { ok: false; problems: string[] }

/** Validates and fills in defaults. Problems name the field, and what was given where only numbers or a few words are allowed. */
export function checkConfig(kind: Kind, config: JsonObject): ConfigCheck {
  const known = [...Object.keys(kind.config.shape), ...COMMON_KEYS]
  const problems = Object.keys(config)
    .filter((key) => !known.includes(key))
    .map((key) => `${key}: unknown key${hintFor(key, known)}`)
  const [shared, own] = splitCommon(config)
  const parsedShared = common.safeParse(shared, { error: inOwnWords })
  const parsed = kind.config.safeParse(own, { error: inOwnWords })
  if (!parsedShared.success) problems.push(...issuesOf(parsedShared.error))
  if (!parsed.success) problems.push(...issuesOf(parsed.error))
  if (problems.length > 0 || !parsed.success || !parsedShared.success) return { ok: false, problems }
  const { maxMemory } = parsedShared.data
  return {
    ok: true,
    config: parsed.data as JsonObject,
    maxMemoryBytes: maxMemory === undefined ? null : parseSize(maxMemory),
  }
}

export function badConfig(kind: Kind, problems: string[]): UserError {
  return usage('BAD_CONFIG', `Config refused: ${problems.join('; ')}.`, `frota kinds ${kind.name} lists the keys`)
}

/** One line of a form. */
export interface Field {
  key: string
  type: 'text' | 'number' | 'boolean' | 'choice' | 'json' | 'file' | 'session'
  choices: string[]
  /** Of a file. */
  maxBytes?: number
  /** Of a list of plain values: what each of them is. */
  items?: { type: Field['type']; choices: string[] }
  default: Json | undefined
  required: boolean
  help: string
}

export function fieldsOf(kind: Kind): Field[] {
  return [...fieldsOfSchema(kind.config), ...fieldsOfSchema(common)]
}

export function fieldsOfSchema(schema: z.ZodObject): Field[] {
  const drawn = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  const required = new Set(drawn.required ?? [])
  return Object.entries(drawn.properties ?? {}).map(([key, raw]) => {
    const property = typeof raw === 'object' ? raw : {}
    return {
      key,
      ...formOf(property),
      ...(isSchema(property.items) && { items: formOf(property.items) }),
      default: property.default as Json | undefined,
      required: required.has(key),
      help: property.description ?? '',
    }
  })
}

type JsonSchema = z.core.JSONSchema.JSONSchema

const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && !Array.isArray(value)

function formOf(property: JsonSchema): Pick<Field, 'type' | 'choices' | 'maxBytes'> {
  const { enum: values = [], type } = property
  const file = fileIn(property)
  if (file) return { type: 'file', choices: [], ...file }
  if (isSessionIn(property)) return { type: 'session', choices: [] }
  const choices = values.map(String)
  return { type: choices.length > 0 ? 'choice' : typeOf(type), choices }
}

/** Reads `key=value` texts by the fields' types. BAD_CONFIG names the key; a text that does not fit is refused. */
export function readSettings(fields: Field[], settings: string[]): JsonObject {
  const result: JsonObject = {}
  for (const setting of settings) {
    const at = setting.indexOf('=')
    if (at < 1) throw usage('BAD_SETTING', `"${setting}" is not key=value.`)
    const key = setting.slice(0, at)
    const field = fields.find((candidate) => candidate.key === key)
    if (!field) {
      const keys = fields.map((candidate) => candidate.key)
      const hint = didYouMean(key, keys) || (keys.length > 0 ? `known keys: ${keys.join(', ')}` : '')
      throw usage('BAD_CONFIG', `${key}: unknown key.`, hint)
    }
    result[key] = readValue(field, setting.slice(at + 1))
  }
  return result
}

export function readValue(field: Field, text: string): Json {
  switch (field.type) {
    case 'text':
    case 'choice':
    case 'file': // its path; what has not become a file by then its schema refuses
    case 'session': // its name, the same
      return text
    case 'number': {
      const number = Number(text)
      if (text.trim() === '' || !Number.isFinite(number)) throw refused(field, 'a number', text)
      return number
    }
    case 'boolean':
      if (['true', 'yes', 'on', '1'].includes(text.toLowerCase())) return true
      if (['false', 'no', 'off', '0'].includes(text.toLowerCase())) return false
      throw refused(field, 'true or false', text)
    case 'json':
      try {
        return JSON.parse(text) as Json
      } catch (thrown) {
        throw usage(
          'BAD_CONFIG',
          `${field.key}: must be JSON (${thrown instanceof Error ? thrown.message : 'unreadable'}).`,
        )
      }
  }
}

const LONGEST_SHOWN = 40
const refused = ({ key }: Field, rule: string, text: string) =>
  usage('BAD_CONFIG', `${key}: must be ${rule}${text.length > LONGEST_SHOWN ? '' : `, not ${JSON.stringify(text)}`}.`)

function splitCommon(config: JsonObject): [JsonObject, JsonObject] {
  const shared: JsonObject = {}
  const own: JsonObject = {}
  for (const [key, value] of Object.entries(config)) (COMMON_KEYS.includes(key) ? shared : own)[key] = value
  return [shared, own]
}

const hintFor = (key: string, known: string[]) => {
  const near = didYouMean(key, known)
  return near ? ` (${near})` : ''
}

/** One line for each thing that is wrong, naming the field. */
export const issuesOf = (error: z.ZodError) =>
  error.issues.map((issue) => `${issue.path.join('.') || 'config'}: ${issue.message}`)

function typeOf(type: unknown): Field['type'] {
  switch (type) {
    case 'string':
      return 'text'
    case 'number':
    case 'integer':
      return 'number'
    case 'boolean':
      return 'boolean'
    default:
      return 'json'
  }
}
