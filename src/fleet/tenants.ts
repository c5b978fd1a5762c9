import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { notAllowed, usage } from '../core/errors.js'
import { didYouMean, parseDisplayName, parseNewTenantSlug, type TenantId } from '../core/ids.js'
import { naturally } from '../core/order.js'
import { type Plan, TENANT_STATUSES, type TenantStatus } from '../core/plans.js'
import type { Tenant } from '../store/store.js'
import { type Impact, impactOf } from './impact.js'
import { refusalsIn } from './over-plan.js'
import { type Acting, entryOf, needTenant, wake } from './parts.js'
import { needPlan, needPlanOnSale } from './plans.js'

export interface TenantView {
  slug: string
  name: string
  plan: string
  status: TenantStatus
  planExpiresAt: string | null
  createdAt: string
  sessions: number
}

/** In one line of words. */
const NAMED_AT_MOST = 4

export function tenantVerbs(parts: Acting) {
  const { store } = parts
  return { add, list, show, wouldStop, setPlan, setStatus, remove }

  async function add(input: {
    slug: string
    name?: string | undefined
    plan?: string | undefined
  }): Promise<TenantView> {
    const slug = parseNewTenantSlug(input.slug)
    const plan = await needPlanOnSale(parts, input.plan ?? parts.settings.defaultPlan)
    const tenant: Tenant = {
      id: randomUUID() as TenantId,
      slug,
      name: input.name === undefined ? slug : parseDisplayName(input.name),
      plan: plan.slug,
      status: 'active',
      planExpiresAt: null,
      createdAt: parts.now(),
    }
    await store.addTenant(tenant, entryOf(parts, 'tenant.add', slug, { plan: plan.slug }))
    return view(tenant, 0)
  }

  async function list(): Promise<TenantView[]> {
    const tenants = (await store.tenants()).sort((a, b) => naturally(a.slug, b.slug))
    const counts = await store.sessionCounts()
    return tenants.map((tenant) => view(tenant, counts.get(tenant.id) ?? 0))
  }

  async function show(input: { slug: string }): Promise<TenantView> {
    const tenant = await needTenant(parts, input.slug)
    return view(tenant, (await store.tenant(tenant.id).sessions()).length)
  }

  /** Changes nothing. */
  async function wouldStop(input: {
    slug: string
    plan?: string | undefined
    expiresAt?: string | null | undefined
    status?: string | undefined
  }): Promise<Impact> {
    const tenant = await needTenant(parts, input.slug)
    const next = await nextPlan(tenant, input.plan ?? tenant.plan)
    const plan = (await store.plans()).find(({ slug }) => slug === tenant.plan) ?? next
    const status = input.status === undefined ? tenant.status : readStatus(input.status)
    const planExpiresAt = input.expiresAt === undefined ? tenant.planExpiresAt : readDate(input.expiresAt)
    const sessions = await store.tenant(tenant.id).sessions()
    const to = { tenant: { status, planExpiresAt }, plan: next }
    const rules = { now: parts.now(), refusals: refusalsIn(await parts.snapshot(), parts.kinds) }
    const isPast = typeof input.expiresAt === 'string' && planExpiresAt !== null && planExpiresAt < parts.now()
    return {
      ...impactOf(tenant.slug, sessions, { tenant, plan }, to, rules),
      pastEnd: isPast ? planExpiresAt.toISOString() : null,
    }
  }

  /** A downgrade deletes nothing: the newest surplus sessions wait, with the reason. */
  async function setPlan(input: {
    slug: string
    plan: string
    expiresAt?: string | null | undefined
  }): Promise<TenantView> {
    const tenant = await needTenant(parts, input.slug)
    const plan = await nextPlan(tenant, input.plan)
    const planExpiresAt = input.expiresAt === undefined ? tenant.planExpiresAt : readDate(input.expiresAt)
    const until = input.expiresAt === undefined ? {} : { until: planExpiresAt?.toISOString() ?? null }
    const audit = entryOf(parts, 'tenant.set-plan', tenant.slug, { from: tenant.plan, to: plan.slug, ...until })
    await store.changeTenant(tenant.id, { plan: plan.slug, planExpiresAt }, audit)
    await wake(parts)
    return show(input)
  }

  async function setStatus(input: { slug: string; status: string }): Promise<TenantView> {
    const status = readStatus(input.status)
    const tenant = await needTenant(parts, input.slug)
    const audit = entryOf(parts, 'tenant.set-status', tenant.slug, { from: tenant.status, to: status })
    await store.changeTenant(tenant.id, { status }, audit)
    await wake(parts)
    return show(input)
  }

  /** Its sessions must be removed first; the data key is shredded with it, so what a backup holds stays sealed. */
  async function remove(input: { slug: string }): Promise<void> {
    const tenant = await needTenant(parts, input.slug)
    const sessions = await store.tenant(tenant.id).sessions()
    if (sessions.length > 0) {
      const names = sessions.slice(0, NAMED_AT_MOST).map((session) => `${tenant.slug}/${session.name}`)
      const others = sessions.length - names.length
      throw notAllowed(
        'TENANT_HAS_SESSIONS',
        `${tenant.slug} still has sessions: ${names.join(', ')}${others > 0 ? ` and ${others} more` : ''}.`,
        `frota rm ${tenant.slug}/NAME --yes`,
      )
    }
    await store.removeTenant(tenant.id, entryOf(parts, 'tenant.remove', tenant.slug, {}))
    await rm(path.join(parts.settings.dirs.tokens, tenant.slug), { recursive: true, force: true })
    await wake(parts)
  }

  /** Who has a withdrawn plan keeps it, and may go on changing when it ends. */
  function nextPlan(tenant: Tenant, slug: string): Promise<Plan> {
    return slug === tenant.plan ? needPlan(parts, slug) : needPlanOnSale(parts, slug)
  }
}

function view({ id: _id, planExpiresAt, createdAt, ...rest }: Tenant, sessions: number): TenantView {
  return {
    ...rest,
    planExpiresAt: planExpiresAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    sessions,
  }
}

function readStatus(text: string): TenantStatus {
  const status = TENANT_STATUSES.find((known) => known === text)
  if (status) return status
  const hint = didYouMean(text, TENANT_STATUSES) || TENANT_STATUSES.join(', ')
  throw usage('BAD_STATUS', `"${text}" is not a status.`, hint)
}

function readDate(text: string | null): Date | null {
  if (text === null) return null
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) throw usage('BAD_DATE', `"${text}" is not a date.`, 'e.g. 2027-01-31')
  return date
}
