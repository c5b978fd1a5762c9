import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { aHome, aRun, aSecret, hostileObject, refused } from './samples.contract.js'
import type { Suite } from './suite.contract.js'

export function homeContract(suite: Suite): void {
  describe('the wide view', () => {
    test("a snapshot holds this home's sessions and all that they need", async () => {
      const tenant = await suite.newTenant()
      const own = suite.store.tenant(tenant.id)
      const home = aHome()
      const ours = await suite.newSession(tenant.id, { home })
      const elsewhere = await suite.newSession(tenant.id)
      for (const secret of [aSecret(null), aSecret(ours.id), aSecret(elsewhere.id)]) await own.putSecret(secret)
      await own.addDataKey('wrapped')
      await suite.store.home(home).register({ host: 'one', version: '1' })
      await suite.store.home(home).register({ host: 'one', version: '2' })

      const snapshot = await suite.store.home(home).snapshot()
      assert.deepEqual(snapshot.sessions, [ours])
      assert.deepEqual(
        snapshot.tenants.find(({ id }) => id === tenant.id),
        tenant,
      )
      assert.deepEqual(snapshot.plans, await suite.store.plans())
      assert.equal(snapshot.dataKeys.get(tenant.id), 'wrapped')
      await suite.store.home(home).keepJournal(ours.id, 'journal of ours')
      assert.equal((await suite.store.home(home).snapshot()).journals.get(ours.id), 'journal of ours')
      const secrets = snapshot.secrets.filter(({ tenantId }) => tenantId === tenant.id)
      assert.deepEqual(new Set(secrets.map(({ session }) => session)), new Set([null, ours.id]))
      assert.deepEqual(
        secrets.find(({ session }) => session === ours.id),
        { ...aSecret(ours.id), tenantId: tenant.id },
      )
    })

    test('a tenant is taken out and put in whole, and its epochs go on rising', async () => {
      const tenant = await suite.newTenant()
      const own = suite.store.tenant(tenant.id)
      const session = await suite.newSession(tenant.id, { config: hostileObject() })
      const changed = await own.changeSession(session.id, { wanted: 'running', requestStart: true, config: { a: 1 } })
      const [account, journal] = [randomUUID(), randomUUID()]
      await own.putSecret(aSecret(null))
      await own.putSecret(aSecret(session.id))
      await own.addDataKey('wrapped')
      await own.claim(session.id, 'declared', [account])
      await suite.store.home(session.home).acquire(session.id, aRun())
      await suite.store.home(session.home).acquire(session.id, aRun())

      await suite.store.home(session.home).keepJournal(session.id, journal)
      await suite.store.home(session.home).append([], [{ session: session.id, journal, row: 12 }])

      const copy = await suite.store.exportTenant(tenant.id)
      await refused(suite.store.importTenant(copy), 'TENANT_EXISTS')
      await suite.store.removeTenant(tenant.id)
      await suite.store.importTenant(copy)
      assert.deepEqual(await suite.store.exportTenant(tenant.id), copy)
      assert.deepEqual(await own.session(session.name), changed)
      assert.deepEqual(await suite.store.home(session.home).acquire(session.id, aRun()), {
        epoch: 3,
        journal: { id: journal, row: 12 },
      })
    })

    test('a tenant whose account another one attends by now is not put in, and nothing of it is left', async () => {
      const tenant = await suite.newTenant()
      const session = await suite.newSession(tenant.id)
      const account = randomUUID()
      await suite.store.tenant(tenant.id).claim(session.id, 'declared', [account])
      const copy = await suite.store.exportTenant(tenant.id)
      await suite.store.removeTenant(tenant.id)
      const other = await suite.newTenant()
      await suite.store.tenant(other.id).claim((await suite.newSession(other.id)).id, 'declared', [account])
      await refused(suite.store.importTenant(copy), 'ACCOUNT_TAKEN')
      assert.equal(await suite.store.tenantBySlug(tenant.slug), undefined)
    })
  })
}
