import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXPIRY_GRACE_MS, entitlements, type Plan, SEED_PLANS, type TenantStatus } from './plans.js'

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
