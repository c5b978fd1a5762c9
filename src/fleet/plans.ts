import { z } from 'zod'
import { notFound, usage } from '../core/errors.js'
import { didYouMean } from '../core/ids.js'
import type { Json, JsonObject } from '../core/json.js'
import type { Plan } from '../core/plans.js'
import { fieldsOfSchema, issuesOf, readSettings } from '../kinds/config.js'
import { inOwnWords } from '../kinds/own-words.js'
import { type Impact, impactOf } from './impact.js'
import { type Acting, entryOf, wake } from './parts.js'

const limit = z.int().min(0).nullable()
const money = z
  .string()
  .regex(/^\d+(\.\d{1,8})?$/, 'must be a decimal number like 29 or 9.90')
  .nullable()
const planFields = z.object({
  sessions: limit,
  exchanges: limit,
  symbols: limit,
  capitalUsd: money,
  tradingModes: z.array(z.enum(['paper', 'live'])),
  strategies: z.array(z.string()).nullable(),
  timeframes: limit,
  aiEnsemble: z.boolean(),
  telegramBots: limit,
  tenantNotifications: z.boolean(),
  apiAccess: z.boolean(),
  retentionDays: z.int().min(1).max(3650),
  maxMemoryBytes: z.int().min(64 * 1024 * 1024),
  priceMonthUsd: money,
  priceYearUsd: money,
})

export function planVerbs(parts: Acting) {
  const { store } = parts
  return { list: () => store.plans(), show, wouldStop, set }

  async function show(input: { slug: string }): Promise<Plan> {
    const plans = await store.plans()
    const plan = plans.find((known) => known.slug === input.slug)
    if (plan) return plan
    const slugs = plans.map((known) => known.slug)
    throw notFound(
      'PLAN_UNKNOWN',
      `There is no plan "${input.slug}".`,
      didYouMean(input.slug, slugs) || slugs.join(', '),
    )
  }

  /** Of all customers on the plan; changes nothing. @throws as `set` does */
  async function wouldStop(input: { slug: string; settings: string[] }): Promise<Impact> {
    const plan = await show(input)
    const next = changed(plan, input.settings)
    const { tenants, sessions } = await parts.snapshot()
    const impacts = tenants
      .filter((tenant) => tenant.plan === plan.slug)
      .map((tenant) => {
        const own = sessions.filter((session) => session.tenantId === tenant.id)
        return impactOf(tenant.slug, own, { tenant, plan }, { tenant, plan: next }, parts.now())
      })
    const reason = impacts.find((impact) => impact.reason !== null)?.reason ?? null
    return { stops: impacts.flatMap(({ stops }) => stops), reason, pastEnd: null }
  }

  /** `key=value`; `unlimited` (or `none`, `all`) where a limit may be null; lists as `a,b`. */
  async function set(input: { slug: string; settings: string[] }): Promise<Plan> {
    const before = await show(input)
    const next = changed(before, input.settings)
    await store.putPlan(next, entryOf(parts, 'plan.set', next.slug, differenceOf(before, next)))
    await wake(parts)
    return next
  }
}

/** What it was and what it is now, of the keys that changed. */
function differenceOf(before: Plan, after: Plan): JsonObject {
  const was = new Map(Object.entries(before))
  const isChanged = ([key, value]: [string, Json]) => JSON.stringify(value) !== JSON.stringify(was.get(key))
  const keys = Object.entries(after).filter(isChanged)
  return Object.fromEntries(keys.map(([key, value]) => [key, { from: was.get(key) ?? null, to: value }]))
}

function changed(plan: Plan, settings: string[]): Plan {
  const change: JsonObject = {}
  for (const setting of settings) Object.assign(change, readPlanSetting(setting))
  const parsed = planFields.safeParse({ ...plan, ...change }, { error: inOwnWords })
  if (parsed.success) return { slug: plan.slug, ...parsed.data }
  const problems = issuesOf(parsed.error).join('; ')
  throw usage('BAD_PLAN', `Plan refused: ${problems}.`, `frota plan show ${plan.slug} lists the keys`)
}

function readPlanSetting(setting: string): JsonObject {
  const at = setting.indexOf('=')
  const key = setting.slice(0, Math.max(0, at))
  const text = setting.slice(at + 1).trim()
  if (!isPlanKey(key)) return readSettings(fieldsOfSchema(planFields), [setting]) // refuses it, with the nearest key
  return { [key]: readPlanValue(key, text) }
}

type PlanKey = keyof typeof planFields.shape
const isPlanKey = (key: string): key is PlanKey => Object.hasOwn(planFields.shape, key)

const NO_LIMIT = new Set(['unlimited', 'none', 'null', 'all'])
const FLAGS = new Map(
  [
    ['true', 'yes', 'on', '1'].map((word) => [word, true] as const),
    ['false', 'no', 'off', '0'].map((word) => [word, false] as const),
  ].flat(),
)

function readPlanValue(key: PlanKey, text: string): Json {
  const refused = (rule: string) =>
    usage('BAD_PLAN', `${key}: must be ${rule}.`, 'frota plan show SLUG shows what it is')
  const mayBeNull = planFields.shape[key].safeParse(null).success
  if (mayBeNull && NO_LIMIT.has(text)) return null
  switch (key) {
    case 'capitalUsd':
    case 'priceMonthUsd':
    case 'priceYearUsd':
      return text
    case 'tradingModes':
    case 'strategies':
      return text.split(',').flatMap((word) => word.trim() || [])
    case 'aiEnsemble':
    case 'tenantNotifications':
    case 'apiAccess': {
      const flag = FLAGS.get(text.toLowerCase())
      if (flag === undefined) throw refused('true or false')
      return flag
    }
    default:
      if (!/^\d{1,15}$/.test(text)) throw refused(`a whole number${mayBeNull ? ' or "unlimited"' : ''}`)
      return Number(text)
  }
}
