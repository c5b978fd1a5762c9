import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import type { SessionId, TenantId } from '../../core/ids.js'
import type { JsonObject } from '../../core/json.js'
import { RowRefused } from '../../core/put-aside.js'
import type { StoredForget, StoredKeep } from '../standing.js'
import { aHome, anEvent, aRun, hostileObject, NOW, refused } from './samples.contract.js'
import type { Suite } from './suite.contract.js'

export function recordsContract(suite: Suite): void {
  describe('records', () => {
    async function aKeeper() {
      const tenant = await suite.newTenant()
      const session = await suite.newSession(tenant.id)
      const [home, own] = [suite.store.home(session.home), suite.store.tenant(tenant.id)]
      const journal: string = randomUUID()
      await home.keepJournal(session.id, journal)
      const place = (epoch: number, row: number) => ({ tenantId: tenant.id, session: session.id, journal, epoch, row })
      const aKeep = (epoch: number, row: number, data: JsonObject | null, change: Partial<StoredKeep> = {}) => {
        return { ...place(epoch, row), collection: 'orders', key: 'o1', data, subject: null, at: NOW, ...change }
      }
      const keep = (...keeps: StoredKeep[]) => home.append([], [], { keeps, forgets: [] })
      const forget = (...forgets: StoredForget[]) => home.append([], [], { keeps: [], forgets })
      const ack = (row: number) => home.append([], [{ session: session.id, journal, row }])
      const stands = async () => (await own.records({ session: session.id, limit: 99 })).map(({ data }) => data)
      return { tenant, session, home, own, journal, place, aKeep, keep, forget, ack, stands }
    }

    test('a record is kept whole, found by its collection, and replaced by the next', async () => {
      const { session, own, aKeep, keep, stands } = await aKeeper()
      const data = hostileObject()
      await keep(aKeep(1, 1, data, { subject: 'contact' }), aKeep(1, 2, { n: 2 }, { collection: 'customers' }))
      assert.deepEqual(await own.records({ session: session.id, collection: 'orders', limit: 9 }), [
        { collection: 'orders', key: 'o1', data, subject: 'contact', updatedAt: NOW, epoch: 1, row: 1 },
      ])
      assert.deepEqual(await stands(), [{ n: 2 }, data])
      await keep(aKeep(1, 3, { n: 3 }))
      assert.deepEqual(await stands(), [{ n: 2 }, { n: 3 }])
    })

    test('what arrives late never takes the place of what was said later, whatever the clocks say', async () => {
      const { aKeep, keep, stands } = await aKeeper()
      const later = new Date(NOW.getTime() + 86_400_000)
      await keep(aKeep(1, 9, { n: 'first run' }, { at: later }))
      await keep(aKeep(2, 1, { n: 'new journal, higher epoch' }))
      await keep(aKeep(1, 10, { n: 'late, of the old run' }, { at: later, journal: randomUUID() }))
      await keep(aKeep(2, 1, { n: 'the same place again' }))
      assert.deepEqual(await stands(), [{ n: 'new journal, higher epoch' }])
      await keep(aKeep(2, 3, { n: 3 }), aKeep(2, 2, { n: 2 }))
      assert.deepEqual(await stands(), [{ n: 3 }], 'in one batch the highest counts, in whatever order')
    })

    test('a removal holds against what was said before it, and another home’s batch cannot undo it', async () => {
      const { session, own, aKeep, keep, stands } = await aKeeper()
      await keep(aKeep(1, 1, { n: 1 }))
      await keep(aKeep(3, 1, null))
      const late = aKeep(1, 2, { n: 2 }, { journal: randomUUID() })
      await suite.another.home(aHome()).append([], [], { keeps: [late], forgets: [] })
      assert.deepEqual(await stands(), [])
      const [removed] = await own.records({ session: session.id, withRemoved: true, limit: 9 })
      assert.deepEqual([removed?.data, removed?.epoch, removed?.row], [null, 3, 1])
      await keep(aKeep(3, 2, { n: 'new' }))
      assert.deepEqual(await stands(), [{ n: 'new' }])
    })

    test('records go with their session, and none is kept of a session that is gone or is another tenant’s', async () => {
      const { session, own, aKeep, keep, stands } = await aKeeper()
      const other = await suite.newTenant()
      await keep(aKeep(1, 1, { n: 1 }, { tenantId: other.id as TenantId }))
      await keep(aKeep(1, 2, { n: 2 }, { session: randomUUID() as SessionId }))
      assert.deepEqual(await stands(), [])
      await keep(aKeep(1, 3, { n: 3 }))
      assert.deepEqual(await suite.store.tenant(other.id).records({ session: session.id, limit: 9 }), [])
      await own.removeSession(session.id)
      await keep(aKeep(1, 4, { n: 4 }))
      assert.deepEqual(await own.records({ session: session.id, withRemoved: true, limit: 9 }), [])
    })

    test('what a session removed with --keep-data leaves is found again by the next of its name and kind, and by no other', async () => {
      const { tenant, session, own, home, journal, aKeep, keep, ack, stands } = await aKeeper()
      const lease = await home.acquire(session.id, aRun())
      assert.equal('epoch' in lease && lease.epoch, 1)
      await keep(aKeep(1, 5, { n: 1 }))
      await ack(5)
      await own.removeSession(session.id, undefined, { keepData: true })
      assert.deepEqual([await own.sessions(), await own.session(session.name)], [[], undefined])
      await keep(aKeep(1, 6, { n: 'late' }))
      const other = await suite.newSession(tenant.id, { name: session.name, kind: 'telegram' })
      assert.notEqual(other.id, session.id)
      await refused(suite.store.home(other.home).keepJournal(other.id, journal), 'JOURNAL_TAKEN')
      await own.removeSession(other.id)
      const again = await suite.newSession(tenant.id, { name: session.name })
      assert.equal(again.id, session.id)
      assert.deepEqual([await stands(), await own.journal(again.id)], [[{ n: 1 }], { id: journal, row: 5 }])
      const next = await suite.store.home(again.home).acquire(again.id, aRun())
      assert.equal('epoch' in next && next.epoch, 2, 'records count by epochs: they go on')
      await own.removeSession(again.id)
      assert.notEqual((await suite.newSession(tenant.id, { name: session.name })).id, session.id)
      assert.deepEqual(await own.records({ session: session.id, withRemoved: true, limit: 9 }), [])
    })

    test('a session’s records are read on from any of them, each once, in the order of their bytes', async () => {
      const { session, own, aKeep, keep } = await aKeeper()
      const keys = ['A', 'Z', 'a', 'b', 'á', '~', '10', '9'].sort((a, b) =>
        Buffer.compare(Buffer.from(a), Buffer.from(b)),
      )
      await keep(...keys.map((key, i) => aKeep(1, i + 1, { i }, { key })), aKeep(1, 50, {}, { collection: 'zoo' }))
      const seen: string[] = []
      for (let after: { collection: string; key: string } | undefined; ; ) {
        const page = await own.records({ session: session.id, limit: 2, ...(after && { after }) })
        after = page.at(-1)
        if (!after) break
        seen.push(...page.map(({ collection, key }) => `${collection} ${key}`))
      }
      assert.deepEqual(seen, [...keys.map((key) => `orders ${key}`), 'zoo o1'])
    })

    test('forgetting deletes the subject’s events and records up to its own place, and nobody else’s', async () => {
      const { session, own, home, place, aKeep, stands } = await aKeeper()
      const about = (row: number, subject: string) => ({ subject, ...place(1, row) })
      const [gone, other, after] = [
        anEvent(session, { about: about(1, 'ana') }),
        anEvent(session, { about: about(2, 'bia') }),
        anEvent(session, { about: about(6, 'ana') }),
      ]
      const keeps = [
        aKeep(1, 3, { n: 'ana' }, { subject: 'ana' }),
        aKeep(1, 4, { n: 'bia' }, { subject: 'bia', key: 'o2' }),
        aKeep(1, 7, { n: 'ana is back' }, { subject: 'ana', key: 'o3' }),
      ]
      const forget = { ...place(1, 5), subject: 'ana' }
      await home.append([gone, other, anEvent(session), after], [], { keeps, forgets: [forget] })
      const left = (await own.events({ session: session.id, limit: 9 })).map((event) => event.about?.row ?? null)
      assert.deepEqual(left, [6, null, 2])
      assert.deepEqual(await stands(), [{ n: 'bia' }, { n: 'ana is back' }])
      const removed = await own.records({ session: session.id, withRemoved: true, limit: 9 })
      assert.equal(removed.length, 2, 'not even its key is left')
    })

    test('a batch that comes again after its rows were acknowledged brings nobody back who was forgotten', async () => {
      const { session, own, home, place, aKeep, forget, ack, stands } = await aKeeper()
      const event = anEvent(session, { about: { subject: 'ana', ...place(1, 1) } })
      const batch = () =>
        home.append([event], [{ session: session.id, journal: place(1, 1).journal, row: 2 }], {
          keeps: [aKeep(1, 2, { n: 1 }, { subject: 'ana' })],
          forgets: [],
        })
      await batch()
      assert.equal((await stands()).length, 1)
      await forget({ ...place(1, 3), subject: 'ana' })
      await ack(3)
      await batch()
      assert.deepEqual([await stands(), await own.events({ session: session.id, limit: 9 })], [[], []])
    })

    test('what an old run said before somebody was forgotten, and arrives after it, stays out', async () => {
      const { tenant, session, own, home, place, aKeep, keep, forget, stands } = await aKeeper()
      const about = (epoch: number, row: number, subject: string) => {
        return anEvent(session, { about: { subject, ...place(epoch, row), journal: randomUUID() } })
      }
      await forget({ ...place(3, 5), subject: 'ana' }, { ...place(2, 9), subject: 'ana' })
      const late = { journal: randomUUID(), subject: 'ana' }
      await suite.another.home(aHome()).append([about(2, 90, 'ana'), about(3, 4, 'ana'), about(2, 90, 'bia')], [], {
        keeps: [aKeep(2, 91, { n: 'late' }, late), aKeep(2, 92, { n: 'bia' }, { subject: 'bia', key: 'o2' })],
        forgets: [],
      })
      await home.append([about(3, 6, 'ana')])
      await keep(aKeep(4, 1, { n: 'ana is back' }, { subject: 'ana', key: 'o3' }))
      const told = (await own.events({ session: session.id, limit: 9 })).map((event) => event.about?.row)
      assert.deepEqual(told, [6, 90])
      assert.deepEqual(await stands(), [{ n: 'bia' }, { n: 'ana is back' }])
      // Her name is not what is remembered, and in another session she was never forgotten.
      assert.ok(!JSON.stringify(await suite.store.exportTenant(tenant.id)).includes('ana'))
      const elsewhere = await suite.newSession(tenant.id)
      await home.append([anEvent(elsewhere, { about: { subject: 'ana', ...place(1, 1) } })])
      assert.equal((await own.events({ session: elsewhere.id, limit: 9 })).length, 1)
    })

    test('somebody forgotten stays so when the session goes, and when its tenant is taken to another store', async () => {
      const { tenant, session, own, home, place, forget } = await aKeeper()
      const late = () => home.append([anEvent(session, { about: { subject: 'ana', ...place(1, 4), journal: null } })])
      await forget({ ...place(1, 5), subject: 'ana' })
      await own.removeSession(session.id)
      await late()
      assert.deepEqual(await own.events({ session: session.id, limit: 9 }), [])
      const copy = await suite.store.exportTenant(tenant.id)
      await suite.store.removeTenant(tenant.id)
      await forget({ ...place(1, 6), subject: 'ana' }) // of a tenant that is gone: passed over
      await suite.store.importTenant(copy)
      await late()
      assert.deepEqual(await own.events({ session: session.id, limit: 9 }), [])
    })

    test('a record that cannot be written is refused as such, and nothing of its batch is written', async () => {
      const { session, own, home, aKeep, stands } = await aKeeper()
      const bad = aKeep(1, 2, { n: 2 }, { at: new Date(Number.NaN), key: 'o2' })
      await assert.rejects(
        home.append([anEvent(session)], [], { keeps: [aKeep(1, 1, { n: 1 }), bad], forgets: [] }),
        RowRefused,
      )
      assert.deepEqual([await stands(), await own.events({ limit: 9 })], [[], []])
    })

    test('records are not history: pruning leaves them, however old', async () => {
      const { home, aKeep, keep, stands } = await aKeeper()
      await keep(aKeep(1, 1, { n: 1 }, { at: new Date('2020-01-01T00:00:00Z') }))
      await home.prune(new Date())
      assert.deepEqual(await stands(), [{ n: 1 }])
    })
  })
}
