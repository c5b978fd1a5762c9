// What every store keeps to. Run over each driver: `storeContract(name, make)`.
// All names are random and all tenants removed at the end, so that it may also run against a hosted project in use.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { UserError } from '../core/errors.js'
import type { HomeId, RunId, SessionId, TenantId } from '../core/ids.js'
import { uuidv7 } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import { SEED_PLANS } from '../core/plans.js'
import type { Heartbeat, NewSession, SealedSecret, Store, StoredEvent, StoredSession, Tenant } from './store.js'

export interface StoreUnderTest {
  store: Store
  /** A second client of the same database: another process, or another home. */
  another: Store
  /** As if the time of these leases had run out. */
  expireLeases(sessions: SessionId[]): Promise<void>
  cleanup(): Promise<void>
}

const DAY_MS = 24 * 60 * 60 * 1000
const NOW = new Date('2026-11-21T12:00:00.123Z')

/** Text that breaks careless SQL, JSON, logs and terminals; the last three cannot be stored in Postgres as they are. */
export const HOSTILE: readonly string[] = [
  `'; drop table events; --`,
  '%s %d $1 :name ?1 @x',
  '"\\"\\\\/\b\f\n\r\t',
  'ação 🇧🇷👩‍👩‍👧‍👦 \u202e rtl \u0000nul',
  '\ue000e000 \ue0000000',
  'half a pair \ud83d and \udc00 another',
]

export function storeContract(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`the ${name} store`, () => {
    let under: StoreUnderTest
    let store: Store
    const made: TenantId[] = []
    before(async () => {
      under = await make()
      store = under.store
    })
    after(async () => {
      for (const id of made) await store.removeTenant(id).catch(ignoreRemoved)
      await under.cleanup()
    })

    const newTenant = async (change: Partial<Tenant> = {}): Promise<Tenant> => {
      const tenant = { ...aTenant(), ...change }
      await store.addTenant(tenant)
      made.push(tenant.id)
      return tenant
    }
    const newSession = async (tenant: TenantId, change: Partial<NewSession> = {}): Promise<StoredSession> =>
      store.tenant(tenant).addSession({ ...aSession(), ...change }, null)

    describe('plans and settings', () => {
      test('a new store has the four plans, and its schema is the newest', async () => {
        const { current, latest } = await store.schema()
        assert.equal(current, latest)
        const slugs = (await store.plans()).map((plan) => plan.slug)
        for (const seed of SEED_PLANS) assert.ok(slugs.includes(seed.slug), seed.slug)
      })

      test('a plan is read back exactly as it was written, unlimited and money included', async () => {
        const [free] = SEED_PLANS
        assert.ok(free)
        const plan = { ...free, slug: 'contract-test', capitalUsd: '12345678901234567890.12', strategies: null }
        await store.putPlan(plan)
        await store.putPlan({ ...plan, sessions: null, maxRssBytes: 2 ** 40, priceMonthUsd: null })
        const read = (await store.plans()).find(({ slug }) => slug === plan.slug)
        assert.deepEqual(read, { ...plan, sessions: null, maxRssBytes: 2 ** 40, priceMonthUsd: null })
      })

      test('the key check is whatever came first', async () => {
        const [one, two] = await Promise.all([store.setKeyCheck('first'), under.another.setKeyCheck('second')])
        assert.equal(one, two)
        assert.equal(await store.setKeyCheck('third'), one)
        assert.equal(await store.keyCheck(), one)
      })
    })

    describe('tenants', () => {
      test('a tenant is found by its slug and changed in the named fields only', async () => {
        const tenant = await newTenant({ name: HOSTILE[0] ?? '', planExpiresAt: NOW })
        assert.deepEqual(await store.tenantBySlug(tenant.slug), tenant)
        await store.changeTenant(tenant.id, { plan: 'pro', planExpiresAt: null })
        const changed = { ...tenant, plan: 'pro', planExpiresAt: null }
        assert.deepEqual(await store.tenantBySlug(tenant.slug), changed)
        assert.deepEqual(
          (await store.tenants()).find(({ id }) => id === tenant.id),
          changed,
        )
        assert.equal(await store.tenantBySlug(`${tenant.slug}x`), undefined)
      })

      test('a slug is given once, also to two at once', async () => {
        const slug = aTenant().slug
        const tries = await Promise.allSettled([newTenant({ slug }), newTenant({ slug }), newTenant({ slug })])
        assert.deepEqual(codesOf(tries), ['TENANT_EXISTS', 'TENANT_EXISTS'])
      })

      test('a plan that does not exist is refused', async () => {
        await refused(newTenant({ plan: 'gold' }), 'PLAN_UNKNOWN')
        const tenant = await newTenant()
        await refused(store.changeTenant(tenant.id, { plan: 'gold' }), 'PLAN_UNKNOWN')
        assert.deepEqual(await store.tenantBySlug(tenant.slug), tenant)
      })

      test('what is asked of a tenant that is not there is refused by name', async () => {
        const nobody = randomUUID() as TenantId
        await refused(store.changeTenant(nobody, { name: 'x' }), 'TENANT_UNKNOWN')
        await refused(store.removeTenant(nobody), 'TENANT_UNKNOWN')
        await refused(newSession(nobody), 'TENANT_UNKNOWN')
        await refused(store.tenant(nobody).addDataKey('k'), 'TENANT_UNKNOWN')
        await refused(store.tenant(nobody).putSecret(aSecret(null)), 'TENANT_UNKNOWN')
        await refused(store.exportTenant(nobody), 'TENANT_UNKNOWN')
      })

      test('removing a tenant removes all it had, and keeps the audit', async () => {
        const tenant = await newTenant()
        const session = await newSession(tenant.id)
        const own = store.tenant(tenant.id)
        const home = store.home(session.home)
        const account = randomUUID()
        await own.putSecret(aSecret(session.id))
        await own.addDataKey('wrapped')
        await own.claim(session.id, [account])
        await own.audit({ at: NOW, actor: 'cli', action: 'x', subject: 'y', data: {} })
        await home.acquire(session.id, aRun())
        await home.beat([aBeat(session)])
        await home.append([anEvent(session)])

        await store.removeTenant(tenant.id)
        assert.equal(await store.tenantBySlug(tenant.slug), undefined)
        assert.deepEqual(await own.sessions(), [])
        assert.deepEqual(await own.secrets(session.id), [])
        assert.equal(await own.dataKey(), undefined)
        assert.deepEqual(await own.events({ limit: 10 }), [])
        assert.deepEqual(await home.renew(), [])
        assert.deepEqual(await home.heartbeats(), [])
        assert.equal((await own.auditTrail(10)).length, 1)

        const other = await newTenant()
        const heir = await newSession(other.id)
        assert.deepEqual(await store.tenant(other.id).claim(heir.id, [account]), { taken: [] })
      })
    })

    describe('sessions', () => {
      test('a session begins stopped, at version one, and is listed by name', async () => {
        const tenant = await newTenant()
        const b = await newSession(tenant.id, { name: 'b' })
        const a = await newSession(tenant.id, { name: 'a', displayName: 'Vendas ✓' })
        assert.equal(a.wanted, 'stopped')
        assert.equal(a.configVersion, 1)
        assert.deepEqual([a.startRequests, a.restartRequests, a.tenantId], [0, 0, tenant.id])
        assert.deepEqual(await store.tenant(tenant.id).sessions(), [a, b])
        assert.deepEqual(await store.tenant(tenant.id).session('a'), a)
        assert.equal(await store.tenant(tenant.id).session('c'), undefined)
      })

      test('config, data and names survive hostile text unchanged', async () => {
        const tenant = await newTenant()
        const session = await newSession(tenant.id, { config: hostileObject() })
        assert.deepEqual((await store.tenant(tenant.id).session(session.name))?.config, hostileObject())
        await store.tenant(tenant.id).changeSession(session.id, { displayName: HOSTILE[3] ?? '' })
        assert.equal((await store.tenant(tenant.id).session(session.name))?.displayName, HOSTILE[3])
      })

      test('two at once cannot pass the plan limit together', async () => {
        const tenant = await newTenant()
        const tries = await Promise.allSettled(
          Array.from({ length: 8 }, (_, i) =>
            (i % 2 ? store : under.another).tenant(tenant.id).addSession(aSession(), 3),
          ),
        )
        assert.deepEqual(codesOf(tries), Array(5).fill('PLAN_LIMIT'))
        assert.equal((await store.tenant(tenant.id).sessions()).length, 3)
      })

      test('a name is given once in a tenant, and again in another', async () => {
        const [one, two] = [await newTenant(), await newTenant()]
        await newSession(one.id, { name: 'vendas' })
        await newSession(two.id, { name: 'vendas' })
        await refused(newSession(one.id, { name: 'vendas' }), 'SESSION_EXISTS')
      })

      test('a change counts what it must and touches nothing else', async () => {
        const tenant = await newTenant()
        const before = await newSession(tenant.id)
        const own = store.tenant(tenant.id)
        const started = await own.changeSession(before.id, { wanted: 'running', requestStart: true })
        assert.deepEqual(started, { ...before, wanted: 'running', startRequests: 1 })
        const restarted = await own.changeSession(before.id, { requestRestart: true, config: { n: 2 } }, 1)
        assert.deepEqual(restarted, { ...started, restartRequests: 1, config: { n: 2 }, configVersion: 2 })
        const moved = await own.changeSession(before.id, { home: aHome() })
        assert.equal(moved.configVersion, 2)
        assert.deepEqual(await own.session(before.name), moved)
      })

      test('of two who change the same config, one is told', async () => {
        const tenant = await newTenant()
        const session = await newSession(tenant.id)
        const tries = await Promise.allSettled([
          store.tenant(tenant.id).changeSession(session.id, { config: { by: 'one' } }, 1),
          under.another.tenant(tenant.id).changeSession(session.id, { config: { by: 'two' } }, 1),
        ])
        assert.deepEqual(codesOf(tries), ['CONFIG_CHANGED'])
        assert.equal((await store.tenant(tenant.id).session(session.name))?.configVersion, 2)
      })

      test('removing a session takes its secrets, lease, claims and heartbeat, and leaves its history', async () => {
        const tenant = await newTenant()
        const own = store.tenant(tenant.id)
        const session = await newSession(tenant.id)
        const home = store.home(session.home)
        const account = randomUUID()
        await own.putSecret(aSecret(session.id))
        await own.claim(session.id, [account])
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
        const heir = await newSession(tenant.id, { name: session.name })
        assert.deepEqual(await own.claim(heir.id, [account]), { taken: [] })
      })

      test('another tenant, knowing the id, can neither read nor change anything', async () => {
        const [victim, thief] = [await newTenant(), await newTenant()]
        const session = await newSession(victim.id)
        const home = store.home(session.home)
        await store.tenant(victim.id).putSecret(aSecret(session.id))
        await home.append([anEvent(session)])
        const theirs = store.tenant(thief.id)

        assert.equal(await theirs.session(session.name), undefined)
        assert.deepEqual(await theirs.sessions(), [])
        assert.deepEqual(await theirs.secrets(session.id), [])
        assert.deepEqual(await theirs.events({ session: session.id, limit: 10 }), [])
        await refused(theirs.changeSession(session.id, { wanted: 'running' }), 'SESSION_UNKNOWN')
        await refused(theirs.removeSession(session.id), 'SESSION_UNKNOWN')
        await refused(theirs.putSecret({ ...aSecret(session.id), sealed: 'forged' }), 'SESSION_UNKNOWN')
        await refused(theirs.claim(session.id, [randomUUID()]), 'SESSION_UNKNOWN')
        assert.equal(await theirs.removeSecret(session.id, 'API_KEY'), false)
        await home.beat([{ ...aBeat(session), tenantId: thief.id }])

        assert.deepEqual(await store.tenant(victim.id).session(session.name), session)
        assert.deepEqual(await store.tenant(victim.id).secrets(session.id), [aSecret(session.id)])
        assert.deepEqual(await home.heartbeats(), [])
      })
    })

    describe('secrets and keys', () => {
      test("a tenant's own secrets and a session's lie apart, and the newest replaces", async () => {
        const tenant = await newTenant()
        const own = store.tenant(tenant.id)
        const session = await newSession(tenant.id)
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

      test('of two data keys written at once both writers get the same one', async () => {
        const { id } = await newTenant()
        assert.equal(await store.tenant(id).dataKey(), undefined)
        const keys = await Promise.all([
          store.tenant(id).addDataKey('one'),
          under.another.tenant(id).addDataKey('two'),
          store.tenant(id).addDataKey('three'),
        ])
        assert.equal(new Set(keys).size, 1)
        assert.equal(await store.tenant(id).dataKey(), keys[0])
      })
    })

    describe('claims', () => {
      test('an outside account belongs to one session, across tenants, all of the list or nothing', async () => {
        const [one, two] = [await newTenant(), await newTenant()]
        const [a, b] = [await newSession(one.id), await newSession(two.id)]
        const [phone, wallet, bot] = [randomUUID(), randomUUID(), randomUUID()]
        assert.deepEqual(await store.tenant(one.id).claim(a.id, [phone, wallet, phone]), { taken: [] })
        assert.deepEqual(await store.tenant(two.id).claim(b.id, [bot, phone]), { taken: [phone] })
        assert.deepEqual(await store.tenant(one.id).claim(a.id, [wallet, bot]), { taken: [] }, 'bot was not kept by b')
        assert.deepEqual(await store.tenant(two.id).claim(b.id, [phone]), { taken: [] }, 'phone was given up by a')
      })

      test('of many who claim one account at once exactly one has it', async () => {
        const tenant = await newTenant()
        const sessions = await Promise.all(Array.from({ length: 4 }, () => newSession(tenant.id)))
        const account = randomUUID()
        const answers = await Promise.all(
          sessions.map((session, i) => (i % 2 ? store : under.another).tenant(tenant.id).claim(session.id, [account])),
        )
        assert.equal(answers.filter(({ taken }) => taken.length === 0).length, 1)
      })
    })

    describe('leases', () => {
      test('the epoch rises at every acquire, across release, expiry and homes', async () => {
        const tenant = await newTenant()
        const session = await newSession(tenant.id)
        const [ours, theirs] = [store.home(session.home), under.another.home(aHome())]
        const [run1, run2, run3] = [aRun(), aRun(), aRun()]
        assert.deepEqual(await ours.acquire(session.id, run1), { epoch: 1 })
        assert.deepEqual(await ours.acquire(session.id, run2), { epoch: 2 })
        await ours.release(session.id, run2)
        assert.deepEqual(await theirs.acquire(session.id, run3), { epoch: 3 })
        await under.expireLeases([session.id])
        assert.deepEqual(await ours.acquire(session.id, run1), { epoch: 4 })
      })

      test('another home is refused until the lease is free or has run out', async () => {
        const tenant = await newTenant()
        const session = await newSession(tenant.id)
        const [ours, theirs] = [store.home(session.home), under.another.home(aHome())]
        await ours.acquire(session.id, aRun())
        const refusal = await theirs.acquire(session.id, aRun())
        assert.ok('heldBy' in refusal)
        assert.equal(refusal.heldBy, session.home)
        assert.ok(Math.abs(refusal.untilMs - Date.now()) < 60_000, 'an instant, near now')
        await under.expireLeases([session.id])
        assert.ok('epoch' in (await theirs.acquire(session.id, aRun())))
        assert.deepEqual(await ours.renew(), [], 'ours was lost')
      })

      test('of many homes that reach for a free lease exactly one has it', async () => {
        const tenant = await newTenant()
        const session = await newSession(tenant.id)
        const answers = await Promise.all(
          Array.from({ length: 6 }, (_, i) =>
            (i % 2 ? store : under.another).home(aHome()).acquire(session.id, aRun()),
          ),
        )
        assert.equal(answers.filter((answer) => 'epoch' in answer).length, 1)
      })

      test('renewing answers our leases only; one that ran out and nobody took is ours again', async () => {
        const tenant = await newTenant()
        const [a, b, c] = [await newSession(tenant.id), await newSession(tenant.id), await newSession(tenant.id)]
        const [home, other] = [aHome(), aHome()]
        const [runA, runB] = [aRun(), aRun()]
        await store.home(home).acquire(a.id, runA)
        await store.home(home).acquire(b.id, runB)
        await store.home(other).acquire(c.id, aRun())
        await under.expireLeases([a.id])
        const rows = await store.home(home).renew()
        assert.deepEqual(
          rows.sort((x, y) => (x.session === a.id ? -1 : y.session === a.id ? 1 : 0)),
          [
            { session: a.id, run: runA, epoch: 1 },
            { session: b.id, run: runB, epoch: 1 },
          ],
        )
        assert.ok('heldBy' in (await store.home(other).acquire(a.id, aRun())), 'renewed: held again')
      })

      test('only the run that holds a lease can release it', async () => {
        const tenant = await newTenant()
        const session = await newSession(tenant.id)
        const [ours, theirs] = [store.home(session.home), store.home(aHome())]
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
        await refused(store.home(aHome()).acquire(randomUUID() as SessionId, aRun()), 'SESSION_UNKNOWN')
      })
    })

    describe('heartbeats', () => {
      test('one row a session: the newest wins, whatever arrives last', async () => {
        const tenant = await newTenant()
        const session = await newSession(tenant.id)
        const home = store.home(session.home)
        const newer: Heartbeat = { ...aBeat(session), state: 'failed', reason: HOSTILE[3] ?? '', at: NOW, pid: null }
        await home.beat([aBeat(session)])
        await home.beat([newer, { ...aBeat(session), at: new Date(NOW.getTime() - 1) }])
        assert.deepEqual(await home.heartbeats(), [newer])
      })

      test('a batch passes over sessions that are gone or moved away, and keeps the rest', async () => {
        const tenant = await newTenant()
        const home = aHome()
        const [stays, moved] = [await newSession(tenant.id, { home }), await newSession(tenant.id)]
        const gone = { ...stays, id: randomUUID() as SessionId }
        await store.home(home).beat([aBeat(gone), aBeat(moved), aBeat(stays)])
        assert.deepEqual(await store.home(home).heartbeats(), [aBeat(stays)])
        assert.deepEqual(await store.home(moved.home).heartbeats(), [])
      })
    })

    describe('history', () => {
      test('events are kept once, whole, in the order of the journal, newest first', async () => {
        const tenant = await newTenant()
        const session = await newSession(tenant.id)
        const home = store.home(session.home)
        const events = Array.from({ length: 5 }, (_, i) => anEvent(session, { data: { i, ...hostileObject() } }))
        await home.append(events.slice(0, 3))
        await home.append(events)
        await home.append([])
        assert.deepEqual(await store.tenant(tenant.id).events({ limit: 100 }), events.toReversed())
        assert.deepEqual(await store.tenant(tenant.id).events({ limit: 2 }), events.slice(3).toReversed())
      })

      test('two senders of the same batch at once leave it there once', async () => {
        const tenant = await newTenant()
        const session = await newSession(tenant.id)
        const events = Array.from({ length: 50 }, () => anEvent(session))
        await Promise.all([store, under.another].map((s) => s.home(session.home).append(events)))
        assert.equal((await store.tenant(tenant.id).events({ limit: 1000 })).length, 50)
      })

      test('a follower that asks for what came after the last event misses none', async () => {
        const tenant = await newTenant()
        const own = store.tenant(tenant.id)
        const session = await newSession(tenant.id)
        const home = store.home(session.home)
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
        const tenant = await newTenant()
        const own = store.tenant(tenant.id)
        const [a, b] = [await newSession(tenant.id), await newSession(tenant.id)]
        const before = new Date(NOW.getTime() - DAY_MS)
        const old = anEvent(a, { at: before })
        const tick = anEvent(a, { type: 'tick' })
        const other = anEvent(b)
        const host = anEvent(a, { session: null })
        await store.home(a.home).append([old, tick, other, host])
        assert.deepEqual(await own.events({ session: a.id, limit: 9 }), [tick, old])
        assert.deepEqual(await own.events({ type: 'tick', limit: 9 }), [tick])
        assert.deepEqual(await own.events({ since: NOW, limit: 9 }), [host, other, tick])
        assert.deepEqual(await own.events({ session: a.id, since: before, type: 'note', limit: 9 }), [old])
        assert.deepEqual(await own.events({ since: new Date(NOW.getTime() + DAY_MS), limit: 9 }), [])
      })

      test('more than a thousand rows come in one answer', async () => {
        const tenant = await newTenant()
        const session = await newSession(tenant.id)
        const events = Array.from({ length: 1200 }, (_, i) => anEvent(session, { data: { i } }))
        for (let i = 0; i < events.length; i += 500) await store.home(session.home).append(events.slice(i, i + 500))
        assert.equal((await store.tenant(tenant.id).events({ limit: 5000 })).length, 1200)
      })

      test('an event of a tenant that is gone does not hold up the batch', async () => {
        const tenant = await newTenant()
        const session = await newSession(tenant.id)
        const event = anEvent(session)
        await store.home(session.home).append([anEvent(session, { tenantId: randomUUID() as TenantId }), event])
        assert.deepEqual(await store.tenant(tenant.id).events({ limit: 9 }), [event])
      })

      test("history older than the tenant's plan keeps is pruned, and not a day more", async () => {
        const [free, pro] = [await newTenant(), await newTenant({ plan: 'pro' })]
        const now = new Date()
        for (const tenant of [free, pro]) {
          const session = await newSession(tenant.id)
          const ages = [1, 6.9, 7.1, 29, 31].map((days) => new Date(now.getTime() - days * DAY_MS))
          await store.home(session.home).append(ages.map((at) => anEvent(session, { at })))
        }
        assert.ok((await store.home(aHome()).prune(now)) >= 4)
        assert.equal((await store.tenant(free.id).events({ limit: 9 })).length, 2)
        assert.equal((await store.tenant(pro.id).events({ limit: 9 })).length, 4)
      })

      test('the audit is read newest first and belongs to its tenant', async () => {
        const [one, two] = [await newTenant(), await newTenant()]
        const entries = ['add', 'start', 'rm'].map((action) => ({
          at: NOW,
          actor: 'cli',
          action,
          subject: HOSTILE[0] ?? '',
          data: hostileObject(),
        }))
        for (const entry of entries) await store.tenant(one.id).audit(entry)
        assert.deepEqual(await store.tenant(one.id).auditTrail(2), entries.slice(1).toReversed())
        assert.deepEqual(await store.tenant(two.id).auditTrail(2), [])
      })
    })

    describe('the wide view', () => {
      test("a snapshot holds this home's sessions and all that they need", async () => {
        const tenant = await newTenant()
        const own = store.tenant(tenant.id)
        const home = aHome()
        const ours = await newSession(tenant.id, { home })
        const elsewhere = await newSession(tenant.id)
        for (const secret of [aSecret(null), aSecret(ours.id), aSecret(elsewhere.id)]) await own.putSecret(secret)
        await own.addDataKey('wrapped')
        await store.home(home).register({ host: 'one', version: '1' })
        await store.home(home).register({ host: 'one', version: '2' })

        const snapshot = await store.home(home).snapshot()
        assert.deepEqual(snapshot.sessions, [ours])
        assert.deepEqual(
          snapshot.tenants.find(({ id }) => id === tenant.id),
          tenant,
        )
        assert.deepEqual(snapshot.plans, await store.plans())
        assert.equal(snapshot.dataKeys.get(tenant.id), 'wrapped')
        const secrets = snapshot.secrets.filter(({ tenantId }) => tenantId === tenant.id)
        assert.deepEqual(new Set(secrets.map(({ session }) => session)), new Set([null, ours.id]))
        assert.deepEqual(
          secrets.find(({ session }) => session === ours.id),
          { ...aSecret(ours.id), tenantId: tenant.id },
        )
      })

      test('a tenant is taken out and put in whole, and its epochs go on rising', async () => {
        const tenant = await newTenant()
        const own = store.tenant(tenant.id)
        const session = await newSession(tenant.id, { config: hostileObject() })
        const changed = await own.changeSession(session.id, { wanted: 'running', requestStart: true, config: { a: 1 } })
        const account = randomUUID()
        await own.putSecret(aSecret(null))
        await own.putSecret(aSecret(session.id))
        await own.addDataKey('wrapped')
        await own.claim(session.id, [account])
        await store.home(session.home).acquire(session.id, aRun())
        await store.home(session.home).acquire(session.id, aRun())

        const copy = await store.exportTenant(tenant.id)
        await refused(store.importTenant(copy), 'TENANT_EXISTS')
        await store.removeTenant(tenant.id)
        await store.importTenant(copy)
        assert.deepEqual(await store.exportTenant(tenant.id), copy)
        assert.deepEqual(await own.session(session.name), changed)
        assert.deepEqual(await store.home(aHome()).acquire(session.id, aRun()), { epoch: 3 })
      })
    })
  })
}

const aHome = () => randomUUID() as HomeId
const aRun = () => randomUUID() as RunId

const aTenant = (): Tenant => ({
  id: randomUUID() as TenantId,
  slug: `test-${randomUUID().slice(0, 13)}`,
  name: 'Test',
  plan: 'free',
  status: 'active',
  planExpiresAt: null,
  createdAt: NOW,
})

const aSession = (): NewSession => ({
  id: randomUUID() as SessionId,
  name: `s-${randomUUID().slice(0, 13)}`,
  displayName: 'A session',
  kind: 'whatsapp',
  config: { n: 1, nested: { list: [1, 'two', null, true] } },
  home: aHome(),
  createdAt: NOW,
})

const aSecret = (session: SessionId | null): SealedSecret => ({
  session,
  name: 'API_KEY',
  sealed: 'v1:c2VhbGVk',
  last4: 'cdef',
  fingerprint: '0123456789ab',
  updatedAt: NOW,
})

const aBeat = (session: StoredSession): Heartbeat => ({
  session: session.id,
  tenantId: session.tenantId,
  run: '0192aaaa-0000-7000-8000-000000000000' as RunId,
  state: 'ready',
  reason: null,
  detail: { phone: '+55 11' },
  pid: 4_194_304,
  port: 3001,
  host: 'one',
  rssBytes: 2 ** 33,
  cpuPercent: 1.25,
  restarts: 2,
  counters: { eventsPending: 0 },
  since: NOW,
  startedAt: NOW,
  stoppedAt: null,
  at: new Date(NOW.getTime() - 5000),
})

const anEvent = (session: StoredSession, change: Partial<StoredEvent> = {}): StoredEvent => ({
  id: uuidv7(Date.now(), crypto.getRandomValues(new Uint8Array(10))),
  tenantId: session.tenantId,
  session: session.id,
  at: NOW,
  type: 'note',
  data: {},
  ...change,
})

const hostileObject = (): JsonObject => ({
  texts: [...HOSTILE],
  ...Object.fromEntries(HOSTILE.map((text) => [text, text])),
  numbers: [0, -1, 1.5, 1e21, Number.MAX_SAFE_INTEGER, 5e-324],
  empty: { object: {}, list: [], text: '', nothing: null },
  constructor: 'x',
})

const refused = (promise: Promise<unknown>, code: string) =>
  assert.rejects(promise, (error) => error instanceof UserError && error.code === code)

function codesOf(results: PromiseSettledResult<unknown>[]): string[] {
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  return reasons.map((reason) => {
    if (reason instanceof UserError) return reason.code
    throw reason
  })
}

function ignoreRemoved(error: unknown): void {
  if (!(error instanceof UserError && error.code === 'TENANT_UNKNOWN')) throw error
}
