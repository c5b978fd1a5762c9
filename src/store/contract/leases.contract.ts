import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import type { HomeId, SessionId } from '../../core/ids.js'
import type { Heartbeat } from '../store.js'
import { aBeat, aHome, aRun, HOSTILE, NOW, refused } from './samples.contract.js'
import type { Suite } from './suite.contract.js'

export function leasesContract(suite: Suite): void {
  describe('leases', () => {
    test('the epoch rises at every acquire, across release, expiry and homes', async () => {
      const tenant = await suite.newTenant()
      const session = await suite.newSession(tenant.id)
      const there = aHome()
      const [ours, theirs] = [suite.store.home(session.home), suite.another.home(there)]
      const [run1, run2, run3] = [aRun(), aRun(), aRun()]
      const isOf = (home: HomeId) => suite.store.tenant(tenant.id).changeSession(session.id, { home })
      assert.deepEqual(await ours.acquire(session.id, run1), { epoch: 1, journal: null })
      assert.deepEqual(await ours.acquire(session.id, run2), { epoch: 2, journal: null })
      await ours.release(session.id, run2)
      await isOf(there)
      assert.deepEqual(await theirs.acquire(session.id, run3), { epoch: 3, journal: null })
      await isOf(session.home)
      await suite.expireLeases([session.id])
      assert.deepEqual(await ours.acquire(session.id, run1), { epoch: 4, journal: null })
      assert.deepEqual(await ours.acquire(session.id, run2, 9), { epoch: 9, journal: null })
      assert.deepEqual(await ours.acquire(session.id, run3, 2), { epoch: 10, journal: null })
    })

    test('another home is refused until the lease is free or has run out, also when the session is its own by now', async () => {
      const tenant = await suite.newTenant()
      const session = await suite.newSession(tenant.id)
      const there = aHome()
      const [ours, theirs] = [suite.store.home(session.home), suite.another.home(there)]
      await refused(theirs.acquire(session.id, aRun()), 'SESSION_UNKNOWN')
      await ours.acquire(session.id, aRun())
      await refused(theirs.acquire(session.id, aRun()), 'SESSION_UNKNOWN')
      await suite.store.tenant(tenant.id).changeSession(session.id, { home: there })
      const refusal = await theirs.acquire(session.id, aRun())
      assert.ok('heldBy' in refusal)
      assert.equal(refusal.heldBy, session.home)
      assert.ok(Math.abs(refusal.untilMs - Date.now()) < 60_000, 'an instant, near now')
      await suite.expireLeases([session.id])
      assert.ok('epoch' in (await theirs.acquire(session.id, aRun())))
      assert.deepEqual(await ours.renew(), [], 'ours was lost')
    })

    test('of many homes that reach for a free lease only the session’s own has it', async () => {
      const tenant = await suite.newTenant()
      const session = await suite.newSession(tenant.id)
      const homes = [aHome(), aHome(), session.home, aHome(), aHome()]
      const answers = await Promise.allSettled(
        homes.map((home, i) => (i % 2 ? suite.store : suite.another).home(home).acquire(session.id, aRun())),
      )
      const had = answers.map((answer) => answer.status === 'fulfilled' && 'epoch' in answer.value)
      assert.deepEqual(had, [false, false, true, false, false])
    })

    test('renewing answers our leases only; one that ran out and nobody took is ours again', async () => {
      const tenant = await suite.newTenant()
      const [home, other] = [aHome(), aHome()]
      const [a, b, c] = [
        await suite.newSession(tenant.id, { home }),
        await suite.newSession(tenant.id, { home }),
        await suite.newSession(tenant.id, { home: other }),
      ]
      const [runA, runB] = [aRun(), aRun()]
      await suite.store.home(home).acquire(a.id, runA)
      await suite.store.home(home).acquire(b.id, runB)
      await suite.store.home(other).acquire(c.id, aRun())
      await suite.expireLeases([a.id])
      const rows = await suite.store.home(home).renew()
      assert.deepEqual(
        rows.sort((x, y) => (x.session === a.id ? -1 : y.session === a.id ? 1 : 0)),
        [
          { session: a.id, run: runA, epoch: 1 },
          { session: b.id, run: runB, epoch: 1 },
        ],
      )
      await suite.store.tenant(tenant.id).changeSession(a.id, { home: other })
      assert.ok('heldBy' in (await suite.store.home(other).acquire(a.id, aRun())), 'renewed: held again')
    })

    test('only the run that holds a lease can release it', async () => {
      const tenant = await suite.newTenant()
      const session = await suite.newSession(tenant.id)
      const [ours, theirs] = [suite.store.home(session.home), suite.store.home(aHome())]
      const [old, run] = [aRun(), aRun()]
      await ours.acquire(session.id, old)
      await ours.acquire(session.id, run)
      await ours.release(session.id, old)
      await theirs.release(session.id, run)
      assert.deepEqual(await ours.renew(), [{ session: session.id, run, epoch: 2 }])
      await ours.release(session.id, run)
      assert.deepEqual(await ours.renew(), [])
    })

    test('a session that is gone has no lease', async () => {
      await refused(suite.store.home(aHome()).acquire(randomUUID() as SessionId, aRun()), 'SESSION_UNKNOWN')
    })
  })

  describe('heartbeats', () => {
    test('one row a session: the newest wins, whatever arrives last', async () => {
      const tenant = await suite.newTenant()
      const session = await suite.newSession(tenant.id)
      const home = suite.store.home(session.home)
      const newer: Heartbeat = { ...aBeat(session), state: 'failed', reason: HOSTILE[3] ?? '', at: NOW, pid: null }
      await home.beat([aBeat(session)])
      await home.beat([newer, { ...aBeat(session), at: new Date(NOW.getTime() - 1) }])
      assert.deepEqual(await home.heartbeats(), [newer])
    })

    test('a batch passes over sessions that are gone or moved away, and keeps the rest', async () => {
      const tenant = await suite.newTenant()
      const home = aHome()
      const [stays, moved] = [await suite.newSession(tenant.id, { home }), await suite.newSession(tenant.id)]
      const gone = { ...stays, id: randomUUID() as SessionId }
      await suite.store.home(home).beat([aBeat(gone), aBeat(moved), aBeat(stays)])
      assert.deepEqual(await suite.store.home(home).heartbeats(), [aBeat(stays)])
      assert.deepEqual(await suite.store.home(moved.home).heartbeats(), [])
    })
  })
}
