// A plan as the keys that people type: what each may be, how it is read, how it is written. Beside the plan's own keys
// these are the limits that the loaded kinds declare, as `kind.limit`.
import { z } from 'zod'
import { type UserError, usage } from '../core/errors.js'
import { didYouMean } from '../core/ids.js'
import type { Json } from '../core/json.js'
import type { KindLimits, Plan } from '../core/plans.js'
import { parseSize, SIZE_RULE, sizeText } from '../core/sizes.js'
import type { Kind } from '../kinds/kind.js'
import { limitsOf } from '../kinds/limits.js'
import type { Kinds } from '../kinds/load.js'
import { inOwnWords } from '../kinds/own-words.js'

export interface PlanField {
  /** `sessions`, `trading.symbols` */
  key: string
  /** The value, in the words that set it. */
  text: string
  type: 'flag' | 'choice' | 'list' | 'text'
  choices: string[]
  help: string
  /** A kind's limit that an operator changed; `default` takes that back. */
  changed: boolean
}

const MB = 1024 ** 2
const money = z
  .string()
  .regex(/^\d+(\.\d{1,8})?$/, 'must be a decimal number like 29 or 9.90')
  .nullable()
const own = z.object({
  sessions: z.int().min(0).nullable().describe('How many sessions a customer may have'),
  kinds: z.array(z.string()).nullable().describe('Kinds of session it has, with commas between; "all" for all'),
  maxMemory: z
    .int()
    .min(64 * MB, 'must be at least 64MB')
    .describe('What one session may use, e.g. 768MB'),
  maxRecords: z
    .int()
    .min(1024, 'must be at least 1KB')
    .describe('What one session may keep as records, e.g. 50MB; less takes nothing away'),
  retentionDays: z.int().min(1).max(3650).describe('Days that logs and history are kept'),
  tenantNotifications: z.boolean().describe('Whether the customer is sent messages'),
  apiAccess: z.boolean().describe('Whether the customer may use the API'),
  priceMonthUsd: money.describe('"none" for a price by agreement'),
  priceYearUsd: money.describe('"none" for a price by agreement'),
  features: z.array(z.string().max(200)).max(20).describe('Lines shown to customers, with ";" between'),
  withdrawn: z.boolean().describe('No longer on sale: only who has it keeps it'),
})
type OwnKey = keyof typeof own.shape
const isOwn = (key: string): key is OwnKey => Object.hasOwn(own.shape, key)

/** Typed with a unit; the plan keeps them in bytes, under their names with `Bytes`. */
const SIZES = { maxMemory: 'maxMemoryBytes', maxRecords: 'maxRecordsBytes' } as const
const isSize = (key: string): key is keyof typeof SIZES => Object.hasOwn(SIZES, key)

export function fieldsOfPlan(plan: Plan, kinds: Kinds): PlanField[] {
  const ours = Object.entries(own.shape).map(([key, field]) => {
    const value = isOwn(key) ? valueIn(plan, key) : null
    return { ...drawn(field), key, text: textOf(key, field, value), changed: false }
  })
  const theirs = kinds.list().flatMap((kind) => {
    const now = limitsOf(kind, { plan: plan.slug, limits: plan.limits })
    return Object.entries(kind.limits?.shape ?? {}).map(([limit, field]) => {
      const key = `${kind.name}.${limit}`
      const changed = Object.hasOwn(plan.limits[kind.name] ?? {}, limit)
      return { ...drawn(field), key, text: textOf(key, field, now[limit] ?? null), changed }
    })
  })
  return [...ours, ...theirs]
}

/** @throws BAD_PLAN that names the key; an unknown one with the nearest that there is */
export function changePlan(plan: Plan, settings: string[], kinds: Kinds): Plan {
  let next = plan
  for (const setting of settings) {
    const at = setting.indexOf('=')
    if (at < 1) throw usage('BAD_SETTING', `"${setting}" is not key=value.`)
    next = changeOne(next, setting.slice(0, at), setting.slice(at + 1).trim(), kinds)
  }
  return next
}

function changeOne(plan: Plan, key: string, text: string, kinds: Kinds): Plan {
  if (isOwn(key)) {
    const value = read(key, own.shape[key], text)
    if (key === 'kinds') throwIfNoKind(value, plan, kinds)
    return { ...plan, [isSize(key) ? SIZES[key] : key]: value }
  }
  const dot = key.indexOf('.')
  const kind = dot < 0 ? undefined : kinds.get(key.slice(0, dot))
  const limit = key.slice(dot + 1)
  const shape = kind?.limits?.shape ?? {}
  const field = Object.hasOwn(shape, limit) ? shape[limit] : undefined
  if (!kind || !field) throw unknownKey(key, plan, kinds)
  const value = text === 'default' ? undefined : read(key, field as z.ZodType, text)
  return { ...plan, limits: limitsWith(plan, kind, limit, value) }
}

/** Only what differs from the kind's own value for the plan is kept: the rest goes on following the kind. */
function limitsWith({ slug, limits }: Plan, kind: Kind, limit: string, value: Json | undefined): KindLimits {
  const { [limit]: _before, ...others } = limits[kind.name] ?? {}
  const without = { ...limits, [kind.name]: others }
  const byItself = limitsOf(kind, { plan: slug, limits: without })[limit]
  const isChange = value !== undefined && JSON.stringify(value) !== JSON.stringify(byItself)
  const next = isChange ? { ...others, [limit]: value } : others
  const { [kind.name]: _all, ...rest } = limits
  return Object.keys(next).length === 0 ? rest : { ...rest, [kind.name]: next }
}

function throwIfNoKind(value: Json, plan: Plan, kinds: Kinds) {
  const known = kinds.list().map(({ name }) => name)
  // A kind that cannot be loaded just now stays where it is named.
  const unknown = (Array.isArray(value) ? value.map(String) : []).find(
    (name) => !known.includes(name) && !plan.kinds?.includes(name),
  )
  if (unknown === undefined) return
  throw usage('BAD_PLAN', `kinds: there is no kind "${unknown}".`, didYouMean(unknown, known) || known.join(', '))
}

function unknownKey(key: string, plan: Plan, kinds: Kinds): UserError {
  const keys = fieldsOfPlan(plan, kinds).map((field) => field.key)
  return usage('BAD_PLAN', `${key}: unknown key.`, didYouMean(key, keys) || `known keys: ${keys.join(', ')}`)
}

const NO_LIMIT = new Set(['unlimited', 'none', 'null', 'all'])
const FLAGS = new Map(
  [
    ['true', 'yes', 'on', '1'].map((word) => [word, true] as const),
    ['false', 'no', 'off', '0'].map((word) => [word, false] as const),
  ].flat(),
)

function read(key: string, field: z.ZodType, text: string): Json {
  const { type, isNumber, mayBeNull } = drawn(field)
  if (mayBeNull && NO_LIMIT.has(text.toLowerCase())) return null
  const value = readAs(key, type, isNumber, text)
  const parsed = value === undefined ? null : field.safeParse(value, { error: inOwnWords })
  if (parsed?.success) return parsed.data as Json
  const rule = parsed?.error?.issues[0]?.message ?? `must be ${ruleOf(key, type, mayBeNull)}`
  throw usage('BAD_PLAN', `${key}: ${rule}.`, 'frota plan show SLUG lists all keys')
}

/** Undefined: it is nothing of the kind. */
function readAs(key: string, type: PlanField['type'], isNumber: boolean, text: string): Json | undefined {
  if (isSize(key)) return parseSize(text) ?? undefined
  if (type === 'flag') return FLAGS.get(text.toLowerCase())
  if (type === 'list') return text.split(key === 'features' ? ';' : ',').flatMap((word) => word.trim() || [])
  if (isNumber) return /^-?\d{1,15}(\.\d{1,8})?$/.test(text) ? Number(text) : undefined
  return text
}

function ruleOf(key: string, type: PlanField['type'], mayBeNull: boolean): string {
  if (isSize(key)) return SIZE_RULE
  if (type === 'flag') return 'yes or no'
  return `a whole number${mayBeNull ? ' or "unlimited"' : ''}`
}

function valueIn(plan: Plan, key: OwnKey): Json {
  return plan[isSize(key) ? SIZES[key] : key]
}

function textOf(key: string, field: z.ZodType, value: Json): string {
  if (value === null) return key.startsWith('price') ? 'none' : drawn(field).type === 'list' ? 'all' : 'unlimited'
  if (isSize(key)) return sizeText(Number(value))
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.join(key === 'features' ? '; ' : ',')
  return String(value)
}

interface Drawn extends Pick<PlanField, 'type' | 'choices' | 'help'> {
  isNumber: boolean
  mayBeNull: boolean
}

function drawn(field: z.core.$ZodType): Drawn {
  const whole = z.toJSONSchema(field, { io: 'input', unrepresentable: 'any' })
  const forms = (whole.anyOf ?? [whole]).flatMap((form) => (typeof form === 'object' ? [form] : []))
  const form = forms.find(({ type }) => type !== 'null') ?? whole
  const choices = (form.enum ?? []).map(String)
  return {
    type: form.type === 'boolean' ? 'flag' : form.type === 'array' ? 'list' : choices.length > 0 ? 'choice' : 'text',
    choices,
    help: whole.description ?? '',
    isNumber: form.type === 'integer' || form.type === 'number',
    mayBeNull: forms.some(({ type }) => type === 'null'),
  }
}
