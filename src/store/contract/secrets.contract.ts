import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { aHome, anEntry, aSecret, NOW } from './samples.contract.js'
import type { Suite } from './suite.contract.js'

export function secretsContract(suite: Suite): void {
  describe('secrets and keys', () => {
    test("a tenant's own secrets and a session's lie apart, and the newest replaces", async () => {
      const tenant = await suite.newTenant()
      const own = suite.store.tenant(tenant.id)
      const session = await suite.newSession(tenant.id)
      const newer = { ...aSecret(session.id), sealed: 'v1:newer', updatedAt: new Date(NOW.getTime() + 1) }
      await own.putSecret(aSecret(null))
      await own.putSecret(aSecret(session.id))
      await own.putSecret(newer)
      assert.deepEqual(await own.secrets(null), [aSecret(null)])
      assert.deepEqual(await own.secrets(session.id), [newer])
      assert.equal(await own.removeSecret(null, 'API_KEY'), true)
      assert.equal(await own.removeSecret(null, 'API_KEY'), false)
      assert.deepEqual(await own.secrets(null), [])
      assert.deepEqual(await own.secrets(session.id), [newer])
    })

    test('the operator’s secrets are nobody else’s, told with the change, and in what every home reads', async () => {
      const { session: _, ...secret } = { ...aSecret(null), name: `T${randomUUID().replaceAll('-', '').toUpperCase()}` }
      const newer = { ...secret, sealed: 'v1:newer', updatedAt: new Date(NOW.getTime() + 1) }
      const ours = (secrets: { name: string }[]) => secrets.filter(({ name }) => name === secret.name)
      const [set, removed] = [anEntry(), anEntry()]
      await suite.store.putOperatorSecret(secret, set)
      assert.deepEqual(ours(await suite.another.operatorSecrets()), [secret])
      await suite.another.putOperatorSecret(newer)
      assert.deepEqual(ours((await suite.store.home(aHome()).snapshot()).operatorSecrets), [newer])
      assert.equal(await suite.store.removeOperatorSecret(secret.name, removed), true)
      assert.equal(await suite.store.removeOperatorSecret(secret.name, anEntry()), false)
      assert.deepEqual(ours(await suite.store.operatorSecrets()), [])
      const { entries } = await suite.store.auditTrail({ limit: 99 })
      assert.deepEqual(
        entries.filter(({ action }) => action === set.action || action === removed.action),
        [set, removed],
      )
    })

    test('of two data keys written at once both writers get the same one', async () => {
      const { id } = await suite.newTenant()
      assert.equal(await suite.store.tenant(id).dataKey(), undefined)
      const keys = await Promise.all([
        suite.store.tenant(id).addDataKey('one'),
        suite.another.tenant(id).addDataKey('two'),
        suite.store.tenant(id).addDataKey('three'),
      ])
      assert.equal(new Set(keys).size, 1)
      assert.equal(await suite.store.tenant(id).dataKey(), keys[0])
    })
  })

  describe('claims', () => {
    test('an outside account belongs to one session, across tenants, all of the list or nothing', async () => {
      const [one, two] = [await suite.newTenant(), await suite.newTenant()]
      const [a, b] = [await suite.newSession(one.id), await suite.newSession(two.id)]
      const [phone, wallet, bot] = [randomUUID(), randomUUID(), randomUUID()]
      assert.deepEqual(await suite.store.tenant(one.id).claim(a.id, 'declared', [phone, wallet, phone]), { taken: [] })
      assert.deepEqual(await suite.store.tenant(two.id).claim(b.id, 'declared', [bot, phone]), { taken: [phone] })
      assert.deepEqual(
        await suite.store.tenant(one.id).claim(a.id, 'declared', [wallet, bot]),
        { taken: [] },
        'bot was not kept by b',
      )
      assert.deepEqual(
        await suite.store.tenant(two.id).claim(b.id, 'declared', [phone]),
        { taken: [] },
        'phone was given up by a',
      )
    })

    test('what is declared and what was seen are claimed apart: each replaces its own and leaves the other', async () => {
      const tenant = await suite.newTenant()
      const own = suite.store.tenant(tenant.id)
      const [a, b] = [await suite.newSession(tenant.id), await suite.newSession(tenant.id)]
      const [phone, wallet, both] = [randomUUID(), randomUUID(), randomUUID()]
      const taken = async (account: string) => (await own.claim(b.id, 'seen', [account])).taken
      await own.claim(a.id, 'declared', [wallet, both])
      await own.claim(a.id, 'seen', [phone, both])
      await own.claim(a.id, 'declared', [wallet])
      assert.deepEqual([await taken(phone), await taken(wallet), await taken(both)], [[phone], [wallet], [both]])
      await own.claim(a.id, 'seen', [])
      assert.deepEqual([await taken(both), await taken(phone), await taken(wallet)], [[], [], [wallet]])
      await own.removeSession(a.id)
      assert.deepEqual(await taken(wallet), [])
    })

    test('of many who claim one account at once exactly one has it', async () => {
      const tenant = await suite.newTenant()
      const sessions = await Promise.all(Array.from({ length: 4 }, () => suite.newSession(tenant.id)))
      const account = randomUUID()
      const answers = await Promise.all(
        sessions.map((session, i) =>
          (i % 2 ? suite.store : suite.another).tenant(tenant.id).claim(session.id, 'declared', [account]),
        ),
      )
      assert.equal(answers.filter(({ taken }) => taken.length === 0).length, 1)
    })
  })
}
