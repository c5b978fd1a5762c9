// Plans are rows an operator may edit; what a tenant may do is one pure function of its plan, its status and the time.

import type { JsonObject } from './json.js'

/** A limit; null means unlimited. */
export type Limit = number | null

export interface Plan {
  slug: string
  sessions: Limit
  /** Names of the kinds of session it has; null means all. */
  kinds: string[] | null
  /** Of one session, its whole process tree. */
  maxMemoryBytes: number
  /** Of one session: what it may keep as records. */
  maxRecordsBytes: number
  retentionDays: number
  tenantNotifications: boolean
  apiAccess: boolean
  /** USD, decimal strings; null means by agreement. */
  priceMonthUsd: string | null
  priceYearUsd: string | null
  /** Lines shown to customers: what the operator promises beside the limits. */
  features: string[]
  /** No longer on sale: who has it keeps it, nobody new is given it. */
  withdrawn: boolean
  limits: KindLimits
}

/**
 * What an operator changed of the limits that kinds declare (`{ trading: { symbols: 50 } }`), and nothing else: what
 * counts is computed in `src/kinds/limits.ts`. Kinds that are not loaded keep theirs.
 */
export type KindLimits = Record<string, JsonObject>

const MB = 1024 * 1024
const always = { kinds: null, features: [], withdrawn: false, limits: {} } satisfies Partial<Plan>

export const SEED_PLANS: readonly Plan[] = [
  {
    ...always,
    slug: 'free',
    sessions: 1,
    maxMemoryBytes: 512 * MB,
    maxRecordsBytes: 5 * MB,
    retentionDays: 7,
    tenantNotifications: false,
    apiAccess: false,
    priceMonthUsd: '0',
    priceYearUsd: '0',
  },
  {
    ...always,
    slug: 'pro',
    sessions: 5,
    maxMemoryBytes: 768 * MB,
    maxRecordsBytes: 50 * MB,
    retentionDays: 30,
    tenantNotifications: true,
    apiAccess: false,
    priceMonthUsd: '29',
    priceYearUsd: '290',
  },
  {
    ...always,
    slug: 'premium',
    sessions: 25,
    maxMemoryBytes: 1024 * MB,
    maxRecordsBytes: 250 * MB,
    retentionDays: 90,
    tenantNotifications: true,
    apiAccess: true,
    priceMonthUsd: '99',
    priceYearUsd: '990',
  },
  {
    ...always,
    slug: 'enterprise',
    sessions: null,
    maxMemoryBytes: 2048 * MB,
    maxRecordsBytes: 1024 * MB,
    retentionDays: 365,
    tenantNotifications: true,
    apiAccess: true,
    priceMonthUsd: null,
    priceYearUsd: null,
  },
]

export const TENANT_STATUSES = ['active', 'trial', 'past_due', 'cancelled', 'expired'] as const
export type TenantStatus = (typeof TENANT_STATUSES)[number]

/** After a plan ends, sessions run on this long; data is kept for ever. */
export const EXPIRY_GRACE_MS = 3 * 24 * 60 * 60 * 1000

/** What a tenant may do now. `mayRun` is false with a reason a person can act on. */
export interface Entitlements extends Omit<Plan, 'slug' | 'priceMonthUsd' | 'priceYearUsd' | 'features' | 'withdrawn'> {
  plan: string
  mayRun: { yes: true } | { yes: false; reason: string }
}

export function entitlements(
  plan: Plan,
  tenant: { status: TenantStatus; planExpiresAt: Date | null },
  now: Date,
): Entitlements {
  const { slug, priceMonthUsd: _month, priceYearUsd: _year, features: _shown, withdrawn: _sold, ...limits } = plan
  return { plan: slug, ...limits, mayRun: mayRun(tenant, now) }
}

/** Why a tenant that has so many sessions running may not run one more; null when it may. */
export function whyNoPlace({ mayRun, plan, sessions }: Entitlements, running: number): string | null {
  if (!mayRun.yes) return mayRun.reason
  return sessions !== null && running >= sessions ? `the ${plan} plan runs ${sessions} of its sessions at once` : null
}

function mayRun(
  { status, planExpiresAt }: { status: TenantStatus; planExpiresAt: Date | null },
  now: Date,
): Entitlements['mayRun'] {
  if (status === 'cancelled') return { yes: false, reason: 'the plan was cancelled' }
  if (planExpiresAt === null) {
    return status === 'expired' ? { yes: false, reason: 'the plan has expired' } : { yes: true }
  }
  return now.getTime() - planExpiresAt.getTime() > EXPIRY_GRACE_MS
    ? { yes: false, reason: `the plan expired on ${planExpiresAt.toISOString().slice(0, 10)}` }
    : { yes: true }
}
