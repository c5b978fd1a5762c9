import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXPIRY_GRACE_MS, entitlements, type Plan, SEED_PLANS, type TenantStatus, whyNoPlace } from './plans.js'

const NOW = new Date('2026-01-15T12:00:00Z')
const ago = (ms: number) => new Date(NOW.getTime() - ms)
const planOf = (slug: string) => SEED_PLANS.find((plan) => plan.slug === slug) as Plan
const mayRun = (status: TenantStatus, planExpiresAt: Date | null) =>
  entitlements(planOf('pro'), { status, planExpiresAt }, NOW).mayRun

test('an expired plan runs on for three days and then stops, saying when it expired', () => {
  assert.deepEqual(mayRun('active', ago(-1)), { yes: true })
  assert.deepEqual(mayRun('active', ago(EXPIRY_GRACE_MS)), { yes: true })
  assert.deepEqual(mayRun('expired', ago(EXPIRY_GRACE_MS - 1)), { yes: true })
  const { yes, reason } = { reason: '', ...mayRun('active', ago(EXPIRY_GRACE_MS + 1)) }
  assert.deepEqual([yes, reason], [false, 'the plan expired on 2026-01-12'])
})

test('a status says who runs: cancelled and expired do not, past due and trial do', () => {
  const table = Object.fromEntries(
    (['active', 'trial', 'past_due', 'cancelled', 'expired'] as const).map((status) => [
      status,
      mayRun(status, null).yes,
    ]),
  )
  assert.deepEqual(table, { active: true, trial: true, past_due: true, cancelled: false, expired: false })
  assert.equal(mayRun('cancelled', ago(-1)).yes, false)
})

test('a tenant runs as many sessions as its plan has, and none when its plan has ended', () => {
  const active = { status: 'active', planExpiresAt: null } as const
  const free = entitlements(planOf('free'), active, NOW)
  assert.equal(whyNoPlace(free, 0), null)
  assert.equal(whyNoPlace(free, 1), 'the free plan runs 1 of its sessions at once')
  assert.equal(whyNoPlace(free, 2), 'the free plan runs 1 of its sessions at once')
  assert.equal(whyNoPlace(entitlements(planOf('enterprise'), active, NOW), 10_000), null)
  const ended = entitlements(planOf('enterprise'), { ...active, status: 'cancelled' }, NOW)
  assert.equal(whyNoPlace(ended, 0), 'the plan was cancelled')
})

test("a plan's limits are the tenant's, without its prices", () => {
  const free = entitlements(planOf('free'), { status: 'active', planExpiresAt: null }, NOW)
  assert.deepEqual([free.plan, free.sessions, free.kinds, free.apiAccess], ['free', 1, null, false])
  for (const key of ['priceMonthUsd', 'slug', 'features', 'withdrawn']) assert.equal(key in free, false, key)
  const top = entitlements(planOf('enterprise'), { status: 'active', planExpiresAt: null }, NOW)
  assert.equal(top.sessions, null)
})

test('a bigger plan never allows less than a smaller one', () => {
  const atLeast = (big: number | null, small: number | null) => big === null || (small !== null && big >= small)
  for (const [index, small] of SEED_PLANS.entries()) {
    for (const big of SEED_PLANS.slice(index + 1)) {
      for (const key of ['sessions', 'retentionDays', 'maxRecordsBytes', 'maxMemoryBytes'] as const) {
        assert.ok(atLeast(big[key], small[key]), `${big.slug}.${key} < ${small.slug}.${key}`)
      }
    }
  }
})

test('all plans are on sale; customers are notified from pro upward, the API is for premium and enterprise', () => {
  const having = (what: 'withdrawn' | 'tenantNotifications' | 'apiAccess') =>
    SEED_PLANS.filter((plan) => plan[what]).map(({ slug }) => slug)
  assert.deepEqual(having('withdrawn'), [])
  assert.deepEqual(having('tenantNotifications'), ['pro', 'premium', 'enterprise'])
  assert.deepEqual(having('apiAccess'), ['premium', 'enterprise'])
})
