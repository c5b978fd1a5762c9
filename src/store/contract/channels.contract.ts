import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import type { TenantId } from '../../core/ids.js'
import { aChannel, aHome, anEntry, HOSTILE, NOW, refused } from './samples.contract.js'
import type { Suite } from './suite.contract.js'

export function channelsContract(suite: Suite): void {
  describe('channels', () => {
    test('a tenant has several of one type, the newest of a name replaces, and each tenant has its own', async () => {
      const [tenant, other] = [await suite.newTenant(), await suite.newTenant()]
      const own = suite.store.tenant(tenant.id)
      const newer = aChannel({
        type: 'webhook',
        topics: [],
        sealed: 'v1:newer',
        updatedAt: new Date(NOW.getTime() + 1),
      })
      await own.putChannel(aChannel({ name: 'phone', topics: [...HOSTILE] }))
      await own.putChannel(aChannel())
      await own.putChannel(newer)
      await suite.another.tenant(other.id).putChannel(aChannel())
      assert.deepEqual(await own.channels(), [newer, aChannel({ name: 'phone', topics: [...HOSTILE] })])
      assert.equal(await own.removeChannel('ops'), true)
      assert.equal(await own.removeChannel('ops'), false)
      assert.deepEqual(
        (await own.channels()).map(({ name }) => name),
        ['phone'],
      )
      assert.deepEqual(await suite.store.tenant(other.id).channels(), [aChannel()])
    })

    test('every home reads those of all tenants', async () => {
      const tenant = await suite.newTenant()
      await suite.store.tenant(tenant.id).putChannel(aChannel())
      const { channels } = await suite.store.home(aHome()).snapshot()
      assert.deepEqual(
        channels.filter(({ tenantId }) => tenantId === tenant.id),
        [{ ...aChannel(), tenantId: tenant.id }],
      )
    })

    test('a change of a channel is told with it, and one that did not happen is not', async () => {
      const tenant = await suite.newTenant()
      const own = suite.store.tenant(tenant.id)
      const [set, removed] = [anEntry(), anEntry()]
      await own.putChannel(aChannel(), set)
      await own.removeChannel('none', anEntry())
      await own.removeChannel('ops', removed)
      assert.deepEqual((await own.auditTrail({ limit: 9 })).entries, [set, removed])
      await refused(suite.store.tenant(randomUUID() as TenantId).putChannel(aChannel(), anEntry()), 'TENANT_UNKNOWN')
    })

    test('channels go with their tenant, out of the store and into another', async () => {
      const tenant = await suite.newTenant()
      const own = suite.store.tenant(tenant.id)
      await own.putChannel(aChannel({ topics: ['critical', 'session'] }))
      await own.putChannel(aChannel({ name: 'phone' }))
      const copy = await suite.store.exportTenant(tenant.id)
      assert.equal(copy.channels.length, 2)
      await suite.store.removeTenant(tenant.id)
      assert.deepEqual(await own.channels(), [])
      await suite.store.importTenant(copy)
      assert.deepEqual(await suite.store.exportTenant(tenant.id), copy)
      assert.deepEqual(await own.channels(), copy.channels)
    })
  })
}
