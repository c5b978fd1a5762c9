import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { RowRefused } from '../../core/put-aside.js'
import { aBeat, aHome, anEvent, aRun, refused } from './samples.contract.js'
import type { Suite } from './suite.contract.js'

export function journalsContract(suite: Suite): void {
  describe('journals', () => {
    async function aKeptJournal() {
      const tenant = await suite.newTenant()
      const session = await suite.newSession(tenant.id)
      const [home, own] = [suite.store.home(session.home), suite.store.tenant(tenant.id)]
      const id: string = randomUUID()
      return { tenant, session, home, own, id }
    }

    test('the first journal a session tells of is its own from then on, also when two tell at once', async () => {
      const { session, home, own, id } = await aKeptJournal()
      assert.equal(await own.journal(session.id), null)
      const told = [id, randomUUID()]
      const [one, two] = await Promise.all(told.map((journal) => home.keepJournal(session.id, journal)))
      assert.deepEqual(one, two)
      assert.ok(one && told.includes(one.id) && one.row === 0)
      assert.deepEqual(await home.keepJournal(session.id, randomUUID()), one)
      assert.deepEqual(await own.journal(session.id), one)
      const lease = await home.acquire(session.id, aRun())
      assert.deepEqual('journal' in lease && lease.journal, one, 'whoever takes the lease is told of it')
    })

    test('a journal is never two sessions’, and only a home’s own sessions tell of theirs', async () => {
      const { tenant, session, home, own, id } = await aKeptJournal()
      const copy = await suite.newSession(tenant.id, { home: session.home })
      await home.keepJournal(session.id, id)
      await refused(home.keepJournal(copy.id, id), 'JOURNAL_TAKEN')
      await refused(own.replaceJournal(copy.id, id), 'JOURNAL_TAKEN')
      await refused(suite.another.home(aHome()).keepJournal(copy.id, randomUUID()), 'SESSION_UNKNOWN')
      await own.removeSession(session.id)
      assert.deepEqual(await home.keepJournal(copy.id, id), { id, row: 0 }, 'left by one that was removed')
    })

    test('what is acknowledged is counted in the same commit, never backwards, and for the kept journal only', async () => {
      const { session, home, own, id } = await aKeptJournal()
      await home.keepJournal(session.id, id)
      const ack = (row: number, journal = id) => ({ session: session.id, journal, row })
      await home.append([anEvent(session)], [ack(7), ack(9), ack(8)])
      await home.append([], [ack(3)])
      await home.append([anEvent(session)], [ack(50, 'another journal')])
      assert.deepEqual(await own.journal(session.id), { id, row: 9 })
      const unwritable = anEvent(session, { at: new Date(Number.NaN) })
      await assert.rejects(home.append([anEvent(session), unwritable], [ack(90)]), RowRefused)
      assert.deepEqual(await own.journal(session.id), { id, row: 9 })
      assert.equal((await own.events({ limit: 9 })).length, 2)
    })

    test('a new journal that was asked for takes the old one’s place and begins at nothing', async () => {
      const { session, home, own, id } = await aKeptJournal()
      await home.keepJournal(session.id, id)
      await home.append([], [{ session: session.id, journal: id, row: 9 }])
      const next = randomUUID()
      await own.replaceJournal(session.id, next)
      await home.append([], [{ session: session.id, journal: id, row: 10 }])
      assert.deepEqual(await own.journal(session.id), { id: next, row: 0 })
      const other = await suite.newTenant()
      await refused(suite.store.tenant(other.id).replaceJournal(session.id, randomUUID()), 'SESSION_UNKNOWN')
      assert.equal(await suite.store.tenant(other.id).journal(session.id), null)
    })

    test('a heartbeat that cannot be written is refused as such, and nothing of its batch is written', async () => {
      const { session, home } = await aKeptJournal()
      await assert.rejects(home.beat([aBeat(session), { ...aBeat(session), since: new Date(Number.NaN) }]), RowRefused)
      assert.deepEqual(await home.heartbeats(), [])
    })
  })
}
