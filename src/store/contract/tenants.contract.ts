import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import type { TenantId } from '../../core/ids.js'
import { SEED_PLANS } from '../../core/plans.js'
import { aBeat, anEntry, anEvent, aRun, aSecret, aTenant, codesOf, HOSTILE, NOW, refused } from './samples.contract.js'
import type { Suite } from './suite.contract.js'

export function tenantsContract(suite: Suite): void {
  describe('plans and settings', () => {
    test('a new store has the four plans, and its schema is the newest', async () => {
      const { current, latest } = await suite.store.schema()
      assert.equal(current, latest)
      const slugs = (await suite.store.plans()).map((plan) => plan.slug)
      for (const seed of SEED_PLANS) assert.ok(slugs.includes(seed.slug), seed.slug)
    })

    test('a plan is read back exactly as it was written, unlimited and money included', async () => {
      const [free] = SEED_PLANS
      assert.ok(free)
      const slug = 'contract-test'
      const read = async () => (await suite.store.plans()).find((plan) => plan.slug === slug)
      await suite.store.putPlan({ ...free, slug, priceMonthUsd: '12345678901234567890.12', kinds: ['whatsapp'] })
      assert.deepEqual(await read(), { ...free, slug, priceMonthUsd: '12345678901234567890.12', kinds: ['whatsapp'] })
      const changed = {
        ...free,
        slug,
        sessions: null,
        kinds: null,
        maxMemoryBytes: 2 ** 40,
        maxRecordsBytes: Number.MAX_SAFE_INTEGER,
        priceMonthUsd: null,
        features: [HOSTILE[3] ?? '', 'second line'],
        withdrawn: true,
        limits: { 'not-loaded': { most: null, modes: ['paper'], nested: { flag: true } }, probe: { most: 3 } },
      }
      await suite.store.putPlan(changed)
      assert.deepEqual(await read(), changed)
    })

    test('a plan is added once, also by two at once, and removed only while no tenant has it', async () => {
      const [free] = SEED_PLANS
      assert.ok(free)
      const plan = { ...free, slug: `plan-${randomUUID().slice(0, 13)}` }
      const tries = await Promise.allSettled([suite.store.addPlan(plan), suite.another.addPlan(plan)])
      assert.deepEqual(codesOf(tries), ['PLAN_EXISTS'])
      const tenant = await suite.newTenant({ plan: plan.slug })
      await refused(suite.store.removePlan(plan.slug), 'PLAN_IN_USE')
      await suite.store.changeTenant(tenant.id, { plan: 'free' })
      await suite.store.removePlan(plan.slug)
      assert.ok(!(await suite.store.plans()).some(({ slug }) => slug === plan.slug))
      await refused(suite.store.removePlan(plan.slug), 'PLAN_UNKNOWN')
      await refused(suite.newTenant({ plan: plan.slug }), 'PLAN_UNKNOWN')
    })

    test('the key check is whatever came first', async () => {
      const [one, two] = await Promise.all([suite.store.setKeyCheck('first'), suite.another.setKeyCheck('second')])
      assert.equal(one, two)
      assert.equal(await suite.store.setKeyCheck('third'), one)
      assert.equal(await suite.store.keyCheck(), one)
    })
  })

  describe('tenants', () => {
    test('a tenant is found by its slug and changed in the named fields only', async () => {
      const tenant = await suite.newTenant({ name: HOSTILE[0] ?? '', planExpiresAt: NOW })
      assert.deepEqual(await suite.store.tenantBySlug(tenant.slug), tenant)
      await suite.store.changeTenant(tenant.id, { plan: 'pro', planExpiresAt: null })
      const changed = { ...tenant, plan: 'pro', planExpiresAt: null }
      assert.deepEqual(await suite.store.tenantBySlug(tenant.slug), changed)
      assert.deepEqual(
        (await suite.store.tenants()).find(({ id }) => id === tenant.id),
        changed,
      )
      assert.equal(await suite.store.tenantBySlug(`${tenant.slug}x`), undefined)
    })

    test('a slug is given once, also to two at once', async () => {
      const slug = aTenant().slug
      const tries = await Promise.allSettled([
        suite.newTenant({ slug }),
        suite.newTenant({ slug }),
        suite.newTenant({ slug }),
      ])
      assert.deepEqual(codesOf(tries), ['TENANT_EXISTS', 'TENANT_EXISTS'])
    })

    test('a plan that does not exist is refused', async () => {
      await refused(suite.newTenant({ plan: 'gold' }), 'PLAN_UNKNOWN')
      const tenant = await suite.newTenant()
      await refused(suite.store.changeTenant(tenant.id, { plan: 'gold' }), 'PLAN_UNKNOWN')
      assert.deepEqual(await suite.store.tenantBySlug(tenant.slug), tenant)
    })

    test('what is asked of a tenant that is not there is refused by name', async () => {
      const nobody = randomUUID() as TenantId
      await refused(suite.store.changeTenant(nobody, { name: 'x' }), 'TENANT_UNKNOWN')
      await refused(suite.store.removeTenant(nobody), 'TENANT_UNKNOWN')
      await refused(suite.newSession(nobody), 'TENANT_UNKNOWN')
      await refused(suite.store.tenant(nobody).addDataKey('k'), 'TENANT_UNKNOWN')
      await refused(suite.store.tenant(nobody).putSecret(aSecret(null)), 'TENANT_UNKNOWN')
      await refused(suite.store.exportTenant(nobody), 'TENANT_UNKNOWN')
    })

    test('removing a tenant removes all it had, and keeps the audit', async () => {
      const tenant = await suite.newTenant()
      const session = await suite.newSession(tenant.id)
      const own = suite.store.tenant(tenant.id)
      const home = suite.store.home(session.home)
      const account = randomUUID()
      await own.putSecret(aSecret(session.id))
      await own.addDataKey('wrapped')
      await own.claim(session.id, 'declared', [account])
      await home.acquire(session.id, aRun())
      await home.beat([aBeat(session)])
      await home.append([anEvent(session)])

      await suite.store.removeTenant(tenant.id, anEntry())
      assert.equal(await suite.store.tenantBySlug(tenant.slug), undefined)
      assert.deepEqual(await own.sessions(), [])
      assert.deepEqual(await own.secrets(session.id), [])
      assert.equal(await own.dataKey(), undefined)
      assert.deepEqual(await own.events({ limit: 10 }), [])
      assert.deepEqual(await home.renew(), [])
      assert.deepEqual(await home.heartbeats(), [])
      assert.equal((await own.auditTrail({ limit: 10 })).entries.length, 1)

      const other = await suite.newTenant()
      const heir = await suite.newSession(other.id)
      assert.deepEqual(await suite.store.tenant(other.id).claim(heir.id, 'declared', [account]), { taken: [] })
    })
  })
}
