import { z } from 'zod'
import { notFound, usage } from '../core/errors.js'
import { didYouMean } from '../core/ids.js'
import type { Json, JsonObject } from '../core/json.js'
import type { Plan } from '../core/plans.js'
import { fieldsOfSchema, readSettings } from '../kinds/config.js'
import { type FleetParts, wake } from './parts.js'

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
  maxRssBytes: z.int().min(64 * 1024 * 1024),
  priceMonthUsd: money,
  priceYearUsd: money,
})

export function planVerbs(parts: FleetParts) {
  const { store } = parts
  return { list: () => store.plans(), show, set }

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

  /** `key=value`; `unlimited` (or `none`) where a limit may be null; lists as `a,b` or JSON. */
  async function set(input: { slug: string; settings: string[] }): Promise<Plan> {
    const plan = await show(input)
    const change: JsonObject = {}
    for (const setting of input.settings) Object.assign(change, readPlanSetting(setting))
    const parsed = planFields.safeParse({ ...plan, ...change })
    if (!parsed.success) {
      const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
      throw usage('BAD_PLAN', `Plan refused: ${problems.join('; ')}.`, 'frota plan show SLUG lists the keys')
    }
    const next: Plan = { slug: plan.slug, ...parsed.data }
    await store.putPlan(next)
    await wake(parts)
    return next
  }
}

function readPlanSetting(setting: string): JsonObject {
  const at = setting.indexOf('=')
  const key = setting.slice(0, Math.max(0, at))
  const text = setting.slice(at + 1)
  const fields = fieldsOfSchema(planFields)
  const field = fields.find((known) => known.key === key)
  if (!field) return readSettings(fields, [setting])
  return { [key]: readPlanValue(key, text) }
}

function readPlanValue(key: string, text: string): Json {
  if (['unlimited', 'none', 'null', 'all'].includes(text)) return null
  if (key === 'capitalUsd' || key.startsWith('price')) return text
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text)
  if (['true', 'yes', 'on'].includes(text)) return true
  if (['false', 'no', 'off'].includes(text)) return false
  return text.split(',').map((word) => word.trim())
}
