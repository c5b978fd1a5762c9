// A change and its audit entry are one: both are there, or neither.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import type { SessionId, TenantId } from '../../core/ids.js'
import { type AuditEntry, StoreUnavailable } from '../store.js'
import { aHome, anEntry, aSecret, aSession, aTenant, DAY_MS, NOW, refused } from './samples.contract.js'
import type { Suite } from './suite.contract.js'

export function auditContract(suite: Suite): void {
  const of = async (tenant: TenantId) => (await suite.store.tenant(tenant).auditTrail({ limit: 99 })).entries
  const known = async (entry: AuditEntry) =>
    (await suite.store.auditTrail({ limit: 9_999 })).entries.filter(({ action }) => action === entry.action)

  describe('the audit', () => {
    test('every change of a tenant takes its entry along, in the order of the changes', async () => {
      const entries: AuditEntry[] = []
      const told = () => {
        const entry = anEntry()
        entries.push(entry)
        return entry
      }
      const tenant = aTenant()
      await suite.store.addTenant(tenant, told())
      const own = suite.store.tenant(tenant.id)
      await suite.store.changeTenant(tenant.id, { name: 'Another' }, told())
      const { id } = await own.addSession(aSession(), null, told())
      await own.changeSession(id, { displayName: 'x' }, { audit: told() })
      await own.putSecret(aSecret(id), told())
      await own.removeSecret(id, 'API_KEY', told())
      await own.replaceJournal(id, randomUUID(), told())
      await own.removeSession(id, told())
      await suite.store.removeTenant(tenant.id, told())
      assert.deepEqual(await of(tenant.id), entries)
    })

    test('what is refused is not told', async () => {
      const tenant = await suite.newTenant()
      const session = await suite.newSession(tenant.id)
      const own = suite.store.tenant(tenant.id)
      const gone = randomUUID() as SessionId
      await refused(suite.store.addTenant(tenant, anEntry()), 'TENANT_EXISTS')
      await refused(suite.store.changeTenant(tenant.id, { plan: 'gold' }, anEntry()), 'PLAN_UNKNOWN')
      await refused(own.addSession({ ...aSession(), name: session.name }, null, anEntry()), 'SESSION_EXISTS')
      await refused(
        own.changeSession(session.id, { config: {} }, { ifConfigVersion: 9, audit: anEntry() }),
        'CONFIG_CHANGED',
      )
      await refused(own.removeSession(gone, anEntry()), 'SESSION_UNKNOWN')
      await refused(own.putSecret(aSecret(gone), anEntry()), 'SESSION_UNKNOWN')
      await refused(own.replaceJournal(gone, randomUUID(), anEntry()), 'SESSION_UNKNOWN')
      assert.equal(await own.removeSecret(null, 'API_KEY', anEntry()), false)
      assert.deepEqual(await of(tenant.id), [])
    })

    test('what cannot be told is not changed', async () => {
      const tenant = await suite.newTenant()
      const session = await suite.newSession(tenant.id)
      const own = suite.store.tenant(tenant.id)
      const untellable = { ...anEntry(), subject: null } as unknown as AuditEntry
      const home = suite.store.home(session.home)
      for (const change of [
        suite.store.changeTenant(tenant.id, { name: 'Another' }, untellable),
        own.changeSession(session.id, { wanted: 'running' }, { audit: untellable }),
        home.changeWanted([{ session: session.id, wanted: 'running', audit: untellable }]),
        own.removeSession(session.id, untellable),
        suite.store.removeTenant(tenant.id, untellable),
      ])
        await assert.rejects(change, (thrown) => !(thrown instanceof StoreUnavailable))
      assert.deepEqual(await suite.store.tenantBySlug(tenant.slug), tenant)
      assert.deepEqual(await own.sessions(), [session])
    })

    test('a change of no tenant’s is told without one, and read among those of everybody', async () => {
      const [free] = await suite.store.plans()
      assert.ok(free)
      const [plan, channel] = [anEntry(), anEntry()]
      await suite.store.putPlan({ ...free, slug: 'contract-audit' }, plan)
      await suite.store.audit(channel)
      assert.deepEqual(await known(plan), [plan])
      assert.deepEqual(await known(channel), [channel])
    })

    test('the trail is read oldest first, its newest end or page by page, and belongs to its tenant', async () => {
      const [one, two] = [await suite.newTenant(), await suite.newTenant()]
      const before = new Date(NOW.getTime() - DAY_MS)
      const entries = [before, NOW, NOW].map((at) => anEntry({ at }))
      for (const entry of entries) await suite.store.changeTenant(one.id, {}, entry)
      const own = suite.store.tenant(one.id)
      assert.deepEqual((await own.auditTrail({ limit: 2 })).entries, entries.slice(1))
      assert.deepEqual((await own.auditTrail({ limit: 9, since: NOW })).entries, entries.slice(1))
      assert.deepEqual(await of(two.id), [])
      const paged: AuditEntry[] = []
      for (let after = '0'; ; ) {
        const page = await own.auditTrail({ limit: 2, after })
        if (page.entries.length === 0) break
        paged.push(...page.entries)
        after = page.next
      }
      assert.deepEqual(paged, entries)
    })
  })

  describe('many sessions at once', () => {
    test('what a hundred sessions of several tenants are to do is written by one request, each with its entry', async () => {
      const home = aHome()
      const tenants = [await suite.newTenant(), await suite.newTenant()]
      const sessions = await Promise.all(
        tenants.flatMap(({ id }) => Array.from({ length: 50 }, () => suite.newSession(id, { home }))),
      )
      const changes = sessions.map(({ id, name }) => ({
        session: id,
        wanted: 'running' as const,
        requestStart: true as const,
        audit: anEntry({ subject: name }),
      }))
      const changed = await suite.store.home(home).changeWanted(changes)
      assert.deepEqual(changed, new Set(sessions.map(({ id }) => id)))
      const now = (await suite.store.home(home).snapshot()).sessions
      assert.ok(now.every(({ wanted, startRequests }) => wanted === 'running' && startRequests === 1))
      for (const { id } of tenants) {
        const subjects = (await of(id)).map(({ subject }) => subject).sort()
        const own = sessions.filter(({ tenantId }) => tenantId === id).map(({ name }) => name)
        assert.deepEqual(subjects, own.sort())
      }
      const counts = await suite.store.sessionCounts()
      assert.deepEqual(
        tenants.map(({ id }) => counts.get(id)),
        [50, 50],
      )
    })

    test('one that is gone, or another home’s by now, is left out of the answer, and the others are changed', async () => {
      const home = aHome()
      const tenant = await suite.newTenant()
      const [here, there] = [await suite.newSession(tenant.id, { home }), await suite.newSession(tenant.id)]
      const audit = anEntry()
      const changes = [here.id, there.id, randomUUID() as SessionId].map((session) => ({
        session,
        requestRestart: true as const,
        audit,
      }))
      assert.deepEqual(await suite.store.home(home).changeWanted(changes), new Set([here.id]))
      assert.deepEqual(await suite.store.tenant(tenant.id).session(here.name), { ...here, restartRequests: 1 })
      assert.deepEqual(await suite.store.tenant(tenant.id).session(there.name), there)
      assert.deepEqual(await of(tenant.id), [audit])
      assert.deepEqual(await suite.store.home(home).changeWanted([]), new Set())
    })
  })
}
