import { notAllowed, notFound } from '../core/errors.js'
import { didYouMean, parseSlug } from '../core/ids.js'
import type { Json, JsonObject } from '../core/json.js'
import { type KindLimits, type Plan, SEED_PLANS } from '../core/plans.js'
import { limitsOf } from '../kinds/limits.js'
import { type Impact, impactOf } from './impact.js'
import { refusalsIn } from './over-plan.js'
import { type Acting, entryOf, type FleetParts, wake } from './parts.js'
import { changePlan, fieldsOfPlan, type PlanField } from './plan-fields.js'

export interface PlanView extends Omit<Plan, 'limits'> {
  /** What counts, of every loaded kind that has limits. */
  limits: Record<string, JsonObject>
  /** What an operator changed of it. */
  changedLimits: KindLimits
}

export function planVerbs(parts: Acting) {
  const { store, kinds } = parts
  return { list, show, fields, wouldStop, set, add, remove }

  async function list(): Promise<PlanView[]> {
    return (await store.plans()).map(view)
  }

  async function show(input: { slug: string }): Promise<PlanView> {
    return view(await needPlan(parts, input.slug))
  }

  /** Every key in the words that set it. */
  async function fields(input: { slug: string }): Promise<PlanField[]> {
    return fieldsOfPlan(await needPlan(parts, input.slug), kinds)
  }

  /** Of all customers on the plan; changes nothing. @throws as `set` does */
  async function wouldStop(input: { slug: string; settings: string[] }): Promise<Impact> {
    const plan = await needPlan(parts, input.slug)
    const next = changePlan(plan, input.settings, kinds)
    const snapshot = await parts.snapshot()
    const { tenants, sessions } = snapshot
    const rules = { now: parts.now(), refusals: refusalsIn(snapshot, kinds) }
    const impacts = tenants
      .filter((tenant) => tenant.plan === plan.slug)
      .map((tenant) => {
        const own = sessions.filter((session) => session.tenantId === tenant.id)
        return impactOf(tenant.slug, own, { tenant, plan }, { tenant, plan: next }, rules)
      })
    const reason = impacts.find((impact) => impact.reason !== null)?.reason ?? null
    return { stops: impacts.flatMap(({ stops }) => stops), reason, pastEnd: null }
  }

  /** `key=value`; `unlimited` (or `none`, `all`) where a limit may be null; lists as `a,b`; sizes as `768MB`. */
  async function set(input: { slug: string; settings: string[] }): Promise<PlanView> {
    const before = await needPlan(parts, input.slug)
    const next = changePlan(before, input.settings, kinds)
    await store.putPlan(next, entryOf(parts, 'plan.set', next.slug, differenceOf(before, next)))
    await wake(parts)
    return view(next)
  }

  /** As `from`, or else as the seeded free plan, with a price by agreement; then the settings over it. */
  async function add(input: { slug: string; from?: string | undefined; settings: string[] }): Promise<PlanView> {
    const slug = parseSlug(input.slug, 'plan')
    const base = input.from === undefined ? STRICTEST : await needPlan(parts, input.from)
    const copy = { ...base, slug, withdrawn: false, limits: limitsAlike(base, slug) }
    const plan = changePlan(copy, input.settings, kinds)
    await store.addPlan(plan, entryOf(parts, 'plan.add', slug, { from: base.slug }))
    return view(plan)
  }

  async function remove(input: { slug: string }): Promise<void> {
    const { slug } = await needPlan(parts, input.slug)
    if (slug === parts.settings.defaultPlan) {
      const message = `New customers get the plan "${slug}" (FROTA_DEFAULT_PLAN): it is not removed.`
      throw notAllowed('PLAN_IN_USE', message, 'set FROTA_DEFAULT_PLAN to another one first')
    }
    await store.removePlan(slug, entryOf(parts, 'plan.remove', slug, {}))
  }

  /** A kind knows the seeded plans by their slugs: under another one, what it gives to `base` must be written down. */
  function limitsAlike(base: Plan, slug: string): KindLimits {
    const alike: KindLimits = { ...base.limits }
    for (const kind of kinds.list()) {
      const wanted = limitsOf(kind, { plan: base.slug, limits: base.limits })
      const byItself = limitsOf(kind, { plan: slug, limits: {} })
      const differing = Object.entries(wanted).filter(([key, value]) => !same(value, byItself[key]))
      delete alike[kind.name]
      if (differing.length > 0) alike[kind.name] = Object.fromEntries(differing)
    }
    return alike
  }

  function view({ limits: changedLimits, ...plan }: Plan): PlanView {
    const limited = kinds.list().filter((kind) => kind.limits !== undefined)
    const limits = limited.map((kind) => [kind.name, limitsOf(kind, { plan: plan.slug, limits: changedLimits })])
    return { ...plan, limits: Object.fromEntries(limits), changedLimits }
  }
}

/** What it was and what it is now, of the keys that changed. */
function differenceOf(before: Plan, after: Plan): JsonObject {
  const was = new Map<string, Json>(Object.entries(before))
  const keys = Object.entries(after).filter(([key, value]) => !same(value, was.get(key)))
  return Object.fromEntries(keys.map(([key, value]) => [key, { from: was.get(key) ?? null, to: value }]))
}

/** PLAN_UNKNOWN, with the nearest slug. */
export async function needPlan(parts: FleetParts, slug: string): Promise<Plan> {
  const plans = await parts.store.plans()
  const plan = plans.find((known) => known.slug === slug)
  if (plan) return plan
  const slugs = plans.map((known) => known.slug)
  throw notFound('PLAN_UNKNOWN', `There is no plan "${slug}".`, didYouMean(slug, slugs) || slugs.join(', '))
}

/** A plan that somebody newly gets. @throws PLAN_WITHDRAWN */
export async function needPlanOnSale(parts: FleetParts, slug: string): Promise<Plan> {
  const plan = await needPlan(parts, slug)
  if (!plan.withdrawn) return plan
  const others = (await parts.store.plans()).filter(({ withdrawn }) => !withdrawn).map((other) => other.slug)
  const message = `The plan "${slug}" is withdrawn: who has it keeps it, nobody new is given it.`
  throw notAllowed('PLAN_WITHDRAWN', message, others.length > 0 ? `on sale: ${others.join(', ')}` : 'frota plan add')
}

const [free] = SEED_PLANS
const STRICTEST = { ...(free as Plan), priceMonthUsd: null, priceYearUsd: null }
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
