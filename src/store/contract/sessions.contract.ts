import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import {
  aBeat,
  aHome,
  anEvent,
  aRun,
  aSecret,
  aSession,
  codesOf,
  HOSTILE,
  hostileObject,
  refused,
} from './samples.contract.js'
import type { Suite } from './suite.contract.js'

export function sessionsContract(suite: Suite): void {
  describe('sessions', () => {
    test('a session begins stopped, at version one, and is listed by name', async () => {
      const tenant = await suite.newTenant()
      const b = await suite.newSession(tenant.id, { name: 'b' })
      const a = await suite.newSession(tenant.id, { name: 'a', displayName: 'Vendas ✓' })
      assert.equal(a.wanted, 'stopped')
      assert.equal(a.configVersion, 1)
      assert.deepEqual([a.startRequests, a.restartRequests, a.tenantId], [0, 0, tenant.id])
      assert.deepEqual(await suite.store.tenant(tenant.id).sessions(), [a, b])
      assert.deepEqual(await suite.store.tenant(tenant.id).session('a'), a)
      assert.equal(await suite.store.tenant(tenant.id).session('c'), undefined)
    })

    test('config, data and names survive hostile text unchanged', async () => {
      const tenant = await suite.newTenant()
      const session = await suite.newSession(tenant.id, { config: hostileObject() })
      assert.deepEqual((await suite.store.tenant(tenant.id).session(session.name))?.config, hostileObject())
      await suite.store.tenant(tenant.id).changeSession(session.id, { displayName: HOSTILE[3] ?? '' })
      assert.equal((await suite.store.tenant(tenant.id).session(session.name))?.displayName, HOSTILE[3])
    })

    test('two at once cannot pass the plan limit together', async () => {
      const tenant = await suite.newTenant()
      const tries = await Promise.allSettled(
        Array.from({ length: 8 }, (_, i) =>
          (i % 2 ? suite.store : suite.another).tenant(tenant.id).addSession(aSession(), 3),
        ),
      )
      assert.deepEqual(codesOf(tries), Array(5).fill('PLAN_LIMIT'))
      assert.equal((await suite.store.tenant(tenant.id).sessions()).length, 3)
    })

    test('a name is given once in a tenant, and again in another', async () => {
      const [one, two] = [await suite.newTenant(), await suite.newTenant()]
      await suite.newSession(one.id, { name: 'vendas' })
      await suite.newSession(two.id, { name: 'vendas' })
      await refused(suite.newSession(one.id, { name: 'vendas' }), 'SESSION_EXISTS')
    })

    test('a change counts what it must and touches nothing else', async () => {
      const tenant = await suite.newTenant()
      const before = await suite.newSession(tenant.id)
      const own = suite.store.tenant(tenant.id)
      const started = await own.changeSession(before.id, { wanted: 'running', requestStart: true })
      assert.deepEqual(started, { ...before, wanted: 'running', startRequests: 1 })
      const restarted = await own.changeSession(
        before.id,
        { requestRestart: true, config: { n: 2 } },
        { ifConfigVersion: 1 },
      )
      assert.deepEqual(restarted, { ...started, restartRequests: 1, config: { n: 2 }, configVersion: 2 })
      const moved = await own.changeSession(before.id, { home: aHome() })
      assert.equal(moved.configVersion, 2)
      assert.deepEqual(await own.session(before.name), moved)
    })

    test('of two who change the same config, one is told', async () => {
      const tenant = await suite.newTenant()
      const session = await suite.newSession(tenant.id)
      const tries = await Promise.allSettled([
        suite.store.tenant(tenant.id).changeSession(session.id, { config: { by: 'one' } }, { ifConfigVersion: 1 }),
        suite.another.tenant(tenant.id).changeSession(session.id, { config: { by: 'two' } }, { ifConfigVersion: 1 }),
      ])
      assert.deepEqual(codesOf(tries), ['CONFIG_CHANGED'])
      assert.equal((await suite.store.tenant(tenant.id).session(session.name))?.configVersion, 2)
    })

    test('removing a session takes its secrets, lease, claims and heartbeat, and leaves its history', async () => {
      const tenant = await suite.newTenant()
      const own = suite.store.tenant(tenant.id)
      const session = await suite.newSession(tenant.id)
      const home = suite.store.home(session.home)
      const account = randomUUID()
      await own.putSecret(aSecret(session.id))
      await own.claim(session.id, 'declared', [account])
      await home.acquire(session.id, aRun())
      await home.beat([aBeat(session)])
      await home.append([anEvent(session)])

      await own.removeSession(session.id)
      await refused(own.removeSession(session.id), 'SESSION_UNKNOWN')
      assert.deepEqual(await own.secrets(session.id), [])
      assert.deepEqual(await home.renew(), [])
      assert.deepEqual(await home.heartbeats(), [])
      assert.equal((await own.events({ session: session.id, limit: 10 })).length, 1)
      await home.append([anEvent(session)]) // what its journal still had
      assert.equal((await own.events({ session: session.id, limit: 10 })).length, 2)
      const heir = await suite.newSession(tenant.id, { name: session.name })
      assert.deepEqual(await own.claim(heir.id, 'declared', [account]), { taken: [] })
    })

    test('another tenant, knowing the id, can neither read nor change anything', async () => {
      const [victim, thief] = [await suite.newTenant(), await suite.newTenant()]
      const session = await suite.newSession(victim.id)
      const home = suite.store.home(session.home)
      await suite.store.tenant(victim.id).putSecret(aSecret(session.id))
      await home.append([anEvent(session)])
      const theirs = suite.store.tenant(thief.id)

      assert.equal(await theirs.session(session.name), undefined)
      assert.deepEqual(await theirs.sessions(), [])
      assert.deepEqual(await theirs.secrets(session.id), [])
      assert.deepEqual(await theirs.events({ session: session.id, limit: 10 }), [])
      await refused(theirs.changeSession(session.id, { wanted: 'running' }), 'SESSION_UNKNOWN')
      await refused(theirs.removeSession(session.id), 'SESSION_UNKNOWN')
      await refused(theirs.putSecret({ ...aSecret(session.id), sealed: 'forged' }), 'SESSION_UNKNOWN')
      await refused(theirs.claim(session.id, 'declared', [randomUUID()]), 'SESSION_UNKNOWN')
      assert.equal(await theirs.removeSecret(session.id, 'API_KEY'), false)
      await home.beat([{ ...aBeat(session), tenantId: thief.id }])

      assert.deepEqual(await suite.store.tenant(victim.id).session(session.name), session)
      assert.deepEqual(await suite.store.tenant(victim.id).secrets(session.id), [aSecret(session.id)])
      assert.deepEqual(await home.heartbeats(), [])
    })
  })
}
