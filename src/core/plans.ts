// Plans are rows an operator may edit; what a tenant may do is one pure function of its plan, its status and the time.

/** A limit; null means unlimited. */
export type Limit = number | null

export interface Plan {
  slug: string
  sessions: Limit
  exchanges: Limit
  symbols: Limit
  /** USD, a decimal string; null means unlimited. */
  capitalUsd: string | null
  tradingModes: ('paper' | 'live')[]
  /** Strategy names; null means all. */
  strategies: string[] | null
  timeframes: Limit
  aiEnsemble: boolean
  telegramBots: Limit
  tenantNotifications: boolean
  apiAccess: boolean
  retentionDays: number
  maxMemoryBytes: number
  /** USD, decimal strings; null means by agreement. */
  priceMonthUsd: string | null
  priceYearUsd: string | null
}

const MB = 1024 * 1024
const everything = {
  exchanges: null,
  symbols: null,
  capitalUsd: null,
  tradingModes: ['paper', 'live'],
  strategies: null,
  timeframes: null,
  aiEnsemble: true,
  telegramBots: null,
  tenantNotifications: true,
  apiAccess: true,
} satisfies Partial<Plan>

export const SEED_PLANS: readonly Plan[] = [
  {
    slug: 'free',
    sessions: 1,
    exchanges: 1,
    symbols: 3,
    capitalUsd: '100',
    tradingModes: ['paper'],
    strategies: ['sma-cross', 'rsi-volume'],
    timeframes: 1,
    aiEnsemble: false,
    telegramBots: 1,
    tenantNotifications: false,
    apiAccess: false,
    retentionDays: 7,
    maxMemoryBytes: 512 * MB,
    priceMonthUsd: '0',
    priceYearUsd: '0',
  },
  {
    ...everything,
    slug: 'pro',
    sessions: 5,
    exchanges: 3,
    symbols: 20,
    capitalUsd: '10000',
    aiEnsemble: false,
    telegramBots: 5,
    apiAccess: false,
    retentionDays: 30,
    maxMemoryBytes: 768 * MB,
    priceMonthUsd: '29',
    priceYearUsd: '290',
  },
  {
    ...everything,
    slug: 'premium',
    sessions: 25,
    retentionDays: 90,
    maxMemoryBytes: 1024 * MB,
    priceMonthUsd: '99',
    priceYearUsd: '990',
  },
  {
    ...everything,
    slug: 'enterprise',
    sessions: null,
    retentionDays: 365,
    maxMemoryBytes: 2048 * MB,
    priceMonthUsd: null,
    priceYearUsd: null,
  },
]

export const TENANT_STATUSES = ['active', 'trial', 'past_due', 'cancelled', 'expired'] as const
export type TenantStatus = (typeof TENANT_STATUSES)[number]

/** After a plan ends, sessions run on this long; data is kept for ever. */
export const EXPIRY_GRACE_MS = 3 * 24 * 60 * 60 * 1000

/** What a tenant may do now. `mayRun` is false with a reason a person can act on. */
export interface Entitlements extends Omit<Plan, 'slug' | 'priceMonthUsd' | 'priceYearUsd'> {
  plan: string
  mayRun: { yes: true } | { yes: false; reason: string }
}

export function entitlements(
  plan: Plan,
  tenant: { status: TenantStatus; planExpiresAt: Date | null },
  now: Date,
): Entitlements {
  const { slug, priceMonthUsd: _month, priceYearUsd: _year, ...limits } = plan
  return { plan: slug, ...limits, mayRun: mayRun(tenant, now) }
}

function mayRun(tenant: { status: TenantStatus; planExpiresAt: Date | null }, now: Date): Entitlements['mayRun'] {
  if (tenant.status === 'cancelled') return { yes: false, reason: 'the plan was cancelled' }
  const endedMs = tenant.planExpiresAt === null ? null : now.getTime() - tenant.planExpiresAt.getTime()
  if (endedMs === null) {
    return tenant.status === 'expired' ? { yes: false, reason: 'the plan has expired' } : { yes: true }
  }
  return endedMs > EXPIRY_GRACE_MS
    ? { yes: false, reason: `the plan expired on ${tenant.planExpiresAt?.toISOString().slice(0, 10)}` }
    : { yes: true }
}
