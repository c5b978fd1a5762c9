import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { aBeat, aHome, anEntry, aRun, codesOf, refused } from './samples.contract.js'
import type { Suite } from './suite.contract.js'

export function moveContract(suite: Suite): void {
  describe('a session that is moved', () => {
    async function aMove() {
      const tenant = await suite.newTenant()
      const session = await suite.newSession(tenant.id)
      const there = aHome()
      const [old, home, own] = [
        suite.store.home(session.home),
        suite.another.home(there),
        suite.store.tenant(tenant.id),
      ]
      const journal: string = randomUUID()
      await old.keepJournal(session.id, journal)
      const move = (to: string | null = null, audit = anEntry()) => home.move(session.id, session.home, to, audit)
      const now = async () => await own.session(session.name)
      return { tenant, session, there, old, home, own, journal, move, now }
    }

    test('while another home holds the lease nothing is changed, and who holds it until when is answered', async () => {
      const { session, old, own, journal, move, now } = await aMove()
      await old.register({ host: 'the old one', version: '1' })
      assert.equal(await own.lease(session.id), null)
      await old.acquire(session.id, aRun())
      const before = await now()
      const refusal = await move(randomUUID())
      assert.ok(!refusal.moved)
      assert.deepEqual([refusal.heldBy, refusal.host], [session.home, 'the old one'])
      assert.ok(refusal.untilMs > Date.now() && refusal.untilMs < Date.now() + 60_000)
      const lease = await own.lease(session.id)
      assert.deepEqual([lease?.heldBy, lease?.host], [session.home, 'the old one'])
      assert.deepEqual([await now(), await own.journal(session.id)], [before, { id: journal, row: 0 }])
      assert.deepEqual((await own.auditTrail({ limit: 9 })).entries, [])
      assert.equal(await suite.store.tenant((await suite.newTenant()).id).lease(session.id), null)
    })

    test('once its lease is free or has run out it is the new home’s, with its new journal, and told in the audit', async () => {
      const { session, there, old, home, own, move, now } = await aMove()
      const run = aRun()
      await old.acquire(session.id, run)
      await old.beat([aBeat(session)])
      await old.release(session.id, run)
      assert.equal(await own.lease(session.id), null)
      const [to, entry] = [randomUUID(), anEntry()]
      assert.deepEqual(await move(to, entry), { moved: true })
      assert.deepEqual([(await now())?.home, await own.journal(session.id)], [there, { id: to, row: 0 }])
      assert.deepEqual((await own.auditTrail({ limit: 9 })).entries, [entry])
      assert.deepEqual([await home.heartbeats(), (await old.snapshot()).sessions], [[], []])
      const lease = await home.acquire(session.id, aRun())
      assert.deepEqual(lease, { epoch: 2, journal: { id: to, row: 0 } })
      await refused(suite.store.home(aHome()).move(session.id, session.home, null), 'SESSION_MOVED')
      await suite.expireLeases([session.id])
      assert.equal((await own.lease(session.id))?.heldBy, there, 'it ran out, and nobody let go of it')
      assert.deepEqual(await old.move(session.id, there, null), { moved: true })
      assert.deepEqual(await own.journal(session.id), { id: to, row: 0 }, 'brought along')
      assert.deepEqual([await own.lease(session.id), await home.renew()], [null, []])
      await refused(home.acquire(session.id, aRun()), 'SESSION_UNKNOWN')
    })

    test('one that is wanted is asked to start anew there, one that is stopped stays so', async () => {
      const { session, own, move, now } = await aMove()
      await own.changeSession(session.id, { wanted: 'running', requestStart: true })
      await move()
      assert.deepEqual([(await now())?.startRequests, (await now())?.wanted], [2, 'running'])
      const other = await aMove()
      await other.move()
      assert.deepEqual([(await other.now())?.startRequests, (await other.now())?.wanted], [0, 'stopped'])
    })

    test('another session’s journal is never given to it, and of two homes that take it one does', async () => {
      const { tenant, session, own, move, now } = await aMove()
      const taken = randomUUID()
      const other = await suite.newSession(tenant.id)
      await suite.store.home(other.home).keepJournal(other.id, taken)
      await refused(move(taken), 'JOURNAL_TAKEN')
      assert.deepEqual([(await now())?.home, (await own.auditTrail({ limit: 9 })).entries], [session.home, []])
      const results = await Promise.allSettled(
        [suite.store, suite.another, suite.store].map((store) =>
          store.home(aHome()).move(session.id, session.home, null),
        ),
      )
      assert.deepEqual(codesOf(results), ['SESSION_MOVED', 'SESSION_MOVED'])
    })
  })
}
