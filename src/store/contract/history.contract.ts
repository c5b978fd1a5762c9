import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import type { TenantId } from '../../core/ids.js'
import { uuidv7 } from '../../core/ids.js'
import type { HomeEventQuery, StoredEvent } from '../events.js'
import { aHome, anEvent, DAY_MS, hostileObject, NOW } from './samples.contract.js'
import type { Suite } from './suite.contract.js'

export function historyContract(suite: Suite): void {
  describe('history', () => {
    test('events are kept once, whole, in the order of the journal, newest first', async () => {
      const tenant = await suite.newTenant()
      const session = await suite.newSession(tenant.id)
      const home = suite.store.home(session.home)
      const events = Array.from({ length: 5 }, (_, i) => anEvent(session, { data: { i, ...hostileObject() } }))
      await home.append(events.slice(0, 3))
      await home.append(events)
      await home.append([])
      assert.deepEqual(await suite.store.tenant(tenant.id).events({ limit: 100 }), events.toReversed())
      assert.deepEqual(await suite.store.tenant(tenant.id).events({ limit: 2 }), events.slice(3).toReversed())
    })

    test('two senders of the same batch at once leave it there once', async () => {
      const tenant = await suite.newTenant()
      const session = await suite.newSession(tenant.id)
      const events = Array.from({ length: 50 }, () => anEvent(session))
      await Promise.all([suite.store, suite.another].map((s) => s.home(session.home).append(events)))
      assert.equal((await suite.store.tenant(tenant.id).events({ limit: 1000 })).length, 50)
    })

    test('a follower that asks for what came after the last event misses none', async () => {
      const tenant = await suite.newTenant()
      const own = suite.store.tenant(tenant.id)
      const session = await suite.newSession(tenant.id)
      const home = suite.store.home(session.home)
      const events = Array.from({ length: 7 }, () => anEvent(session))
      // An event of an outage arrives late, with an old id: a follower must see it too.
      const late = anEvent(session, {
        id: uuidv7(NOW.getTime() - DAY_MS, crypto.getRandomValues(new Uint8Array(10))),
      })
      await home.append(events)
      await home.append([late])
      const seen: string[] = []
      for (let afterId = ''; ; afterId = seen.at(-1) ?? '') {
        const page = await own.events({ session: session.id, afterId, limit: 3 })
        if (page.length === 0) break
        seen.push(...page.map(({ id }) => id).toReversed())
      }
      assert.deepEqual(
        seen,
        [...events, late].map(({ id }) => id),
      )
    })

    test('events are found by session, type and time', async () => {
      const tenant = await suite.newTenant()
      const own = suite.store.tenant(tenant.id)
      const [a, b] = [await suite.newSession(tenant.id), await suite.newSession(tenant.id)]
      const before = new Date(NOW.getTime() - DAY_MS)
      const old = anEvent(a, { at: before })
      const tick = anEvent(a, { type: 'tick' })
      const other = anEvent(b)
      const host = anEvent(a, { session: null })
      await suite.store.home(a.home).append([old, tick, other, host])
      assert.deepEqual(await own.events({ session: a.id, limit: 9 }), [tick, old])
      assert.deepEqual(await own.events({ type: 'tick', limit: 9 }), [tick])
      assert.deepEqual(await own.events({ since: NOW, limit: 9 }), [host, other, tick])
      assert.deepEqual(await own.events({ session: a.id, since: before, type: 'note', limit: 9 }), [old])
      assert.deepEqual(await own.events({ since: new Date(NOW.getTime() + DAY_MS), limit: 9 }), [])
    })

    test('the history of all sessions of a home is one, of whatever customer, and of no other home', async () => {
      const [acme, beta] = [await suite.newTenant(), await suite.newTenant()]
      const here = aHome()
      const [a, b] = [await suite.newSession(acme.id, { home: here }), await suite.newSession(beta.id, { home: here })]
      const elsewhere = await suite.newSession(acme.id)
      const home = suite.store.home(here)
      assert.deepEqual(await home.events({ limit: 9 }), { events: [], next: '0' })
      const old = anEvent(a, { at: new Date(NOW.getTime() - DAY_MS) })
      const rare = anEvent(b, { type: 'rare', data: hostileObject() })
      const last = anEvent(a)
      await home.append([old, anEvent(elsewhere), rare, anEvent(a, { session: null }), last])
      const found = async (query: Partial<HomeEventQuery>) => (await home.events({ limit: 9, ...query })).events
      assert.deepEqual(await found({}), [old, rare, last])
      assert.deepEqual(await found({ limit: 2 }), [rare, last])
      assert.deepEqual(await found({ type: 'rare' }), [rare])
      assert.deepEqual(await found({ since: NOW }), [rare, last])
      assert.deepEqual(await found({ since: new Date(NOW.getTime() + DAY_MS) }), [])
      assert.deepEqual(await found({ sessions: [a.id, elsewhere.id] }), [old, last])
      assert.deepEqual(await found({ sessions: [] }), [])
    })

    test('a follower of all sessions misses none and is shown none twice, also when what it saw last is deleted', async () => {
      const here = aHome()
      const home = suite.store.home(here)
      const sessions = await Promise.all(
        [1, 2, 3].map(async () => suite.newSession((await suite.newTenant()).id, { home: here })),
      )
      const append = async (type: string) => {
        const events = sessions.map((session) => anEvent(session, { type }))
        await home.append(events)
        return events
      }
      let { next } = await home.events({ limit: 9 })
      const seen: StoredEvent[] = []
      const follow = async (query: Partial<HomeEventQuery>) => {
        for (;;) {
          const page = await home.events({ limit: 2, after: next, ...query })
          next = page.next
          if (page.events.length === 0) return
          seen.push(...page.events)
        }
      }
      const first = await append('note')
      await follow({})
      assert.deepEqual(seen.splice(0), first)
      await append('note')
      await follow({ type: 'rare' })
      assert.deepEqual(seen.splice(0), [])
      await follow({})
      assert.deepEqual(seen.splice(0), [], 'what was of another type has been looked at')
      await append('note')
      await follow({})
      seen.splice(0)
      await suite.store.removeTenant(sessions.at(-1)?.tenantId ?? ('' as TenantId))
      await follow({})
      assert.deepEqual(seen.splice(0), [])
      const kept = (await append('note')).slice(0, 2)
      await follow({})
      assert.deepEqual(seen, kept)
    })

    test('a follower misses nothing of what came after the newest history was deleted with its tenant, however much came', async () => {
      const here = aHome()
      const home = suite.store.home(here)
      const [stays, goes] = [await suite.newTenant(), await suite.newTenant()]
      const kept = await suite.newSession(stays.id, { home: here })
      const gone = await suite.newSession(goes.id, { home: here })
      await home.append([anEvent(kept), anEvent(gone), anEvent(gone)])
      const { next } = await home.events({ limit: 9 })
      await suite.store.removeTenant(goes.id)
      const later = Array.from({ length: 4 }, () => anEvent(kept))
      await home.append(later)
      assert.deepEqual((await home.events({ limit: 9, after: next })).events, later)
    })

    test('the newest of all sessions are found behind any number of newer ones of another home', async () => {
      const [here, there] = [aHome(), aHome()]
      const tenant = await suite.newTenant()
      const [mine, other] = [
        await suite.newSession(tenant.id, { home: here }),
        await suite.newSession(tenant.id, { home: there }),
      ]
      const event = anEvent(mine)
      await suite.store.home(here).append([event])
      await suite.store.home(there).append(Array.from({ length: 2_500 }, () => anEvent(other)))
      await suite.store.home(here).append([anEvent(mine, { type: 'rare' })])
      assert.deepEqual((await suite.store.home(here).events({ type: 'note', limit: 2 })).events, [event])
    })

    test('more than a thousand rows come in one answer', async () => {
      const tenant = await suite.newTenant()
      const session = await suite.newSession(tenant.id)
      const events = Array.from({ length: 1200 }, (_, i) => anEvent(session, { data: { i } }))
      for (let i = 0; i < events.length; i += 500) await suite.store.home(session.home).append(events.slice(i, i + 500))
      assert.equal((await suite.store.tenant(tenant.id).events({ limit: 5000 })).length, 1200)
    })

    test('an event of a tenant that is gone does not hold up the batch', async () => {
      const tenant = await suite.newTenant()
      const session = await suite.newSession(tenant.id)
      const event = anEvent(session)
      await suite.store.home(session.home).append([anEvent(session, { tenantId: randomUUID() as TenantId }), event])
      assert.deepEqual(await suite.store.tenant(tenant.id).events({ limit: 9 }), [event])
    })

    test("history older than the tenant's plan keeps is pruned, and not a day more", async () => {
      const [free, pro] = [await suite.newTenant(), await suite.newTenant({ plan: 'pro' })]
      const now = new Date()
      for (const tenant of [free, pro]) {
        const session = await suite.newSession(tenant.id)
        const ages = [1, 6.9, 7.1, 29, 31].map((days) => new Date(now.getTime() - days * DAY_MS))
        await suite.store.home(session.home).append(ages.map((at) => anEvent(session, { at })))
      }
      assert.ok((await suite.store.home(aHome()).prune(now)) >= 4)
      assert.equal((await suite.store.tenant(free.id).events({ limit: 9 })).length, 2)
      assert.equal((await suite.store.tenant(pro.id).events({ limit: 9 })).length, 4)
    })

    test('a plan that keeps history for ever keeps it, and holds up nobody else’s pruning', async () => {
      const [free] = await suite.store.plans()
      assert.ok(free)
      await suite.store.putPlan({ ...free, slug: 'contract-forever', retentionDays: 2 ** 31 - 1 })
      const [ever, week] = [await suite.newTenant({ plan: 'contract-forever' }), await suite.newTenant()]
      const now = new Date()
      for (const tenant of [ever, week]) {
        const session = await suite.newSession(tenant.id)
        const at = new Date(now.getTime() - 9_000 * DAY_MS)
        await suite.store.home(session.home).append([anEvent(session, { at })])
      }
      await suite.store.home(aHome()).prune(now)
      assert.equal((await suite.store.tenant(ever.id).events({ limit: 9 })).length, 1)
      assert.equal((await suite.store.tenant(week.id).events({ limit: 9 })).length, 0)
    })
  })
}
