// What a verb over many sessions costs is counted in questions to the store: on Supabase each is a round trip.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { aFleet } from '../../test/a-fleet.js'
import { ACME, aSession } from '../../test/a-unit.js'
import { operatorAt } from '../core/actors.js'
import type { Store } from '../store/store.js'
import { createFleet } from './fleet.js'

const MOST = 5
const ALL = { refs: [], all: true }

/** A hundred sessions of one customer, and a store that counts what it is asked. */
async function aHundred(t: TestContext) {
  const { fleetParts, parts } = await aFleet(t)
  await parts.store.changeTenant(ACME, { plan: 'enterprise' })
  for (let i = 2; i < 100; i++) await parts.store.tenant(ACME).addSession(aSession(`more-${i}`), null)
  let asked: string[] = []
  const store = counting(parts.store, (method) => asked.push(method))
  const snapshot = () => store.home(fleetParts.homeId).snapshot()
  const fleet = createFleet({ ...fleetParts, store, snapshot }).as(operatorAt('cli'))
  const costOf = async <T>(verb: () => Promise<T>) => {
    asked = []
    const answer = await verb()
    assert.ok(asked.length <= MOST, `${asked.length} questions: ${asked.join(', ')}`)
    return answer
  }
  return { fleet, costOf, store: parts.store }
}

function counting(store: Store, count: (method: string) => void): Store {
  const counted = <T extends object>(part: T): T =>
    Object.fromEntries(
      Object.entries(part).map(([name, method]) => {
        if (typeof method !== 'function' || name === 'tenant' || name === 'home') return [name, method]
        const ask = (...args: unknown[]) => {
          count(name)
          return method(...args)
        }
        return [name, ask]
      }),
    ) as T
  return { ...counted(store), tenant: (id) => counted(store.tenant(id)), home: (id) => counted(store.home(id)) }
}

test('start, restart and stop of a hundred sessions ask the store at most five times, and each is told in the audit', async (t) => {
  const { fleet, costOf, store } = await aHundred(t)
  for (const verb of ['start', 'restart', 'stop'] as const) {
    const outcomes = await costOf(() => fleet.sessions[verb](ALL))
    assert.equal(outcomes.filter(({ error }) => error === null).length, 100, verb)
    const { entries } = await store.auditTrail({ limit: 9_999 })
    assert.equal(entries.filter(({ action }) => action === `session.${verb}`).length, 100)
  }
  assert.equal((await costOf(() => fleet.sessions.start({ refs: ['acme/'] }))).length, 100)
  const names = await costOf(() => fleet.sessions.resolve(ALL))
  assert.equal((await costOf(() => fleet.sessions.stop({ refs: names }))).length, 100)
  assert.equal((await costOf(() => fleet.sessions.list({}))).length, 100)
})

test('of many sessions those for which the plan has no place are refused one by one, and the others are started', async (t) => {
  const { fleet, costOf, store } = await aHundred(t)
  await store.changeTenant(ACME, { plan: 'pro' })
  const outcomes = await costOf(() => fleet.sessions.start(ALL))
  const refused = outcomes.filter(({ error }) => error !== null)
  assert.deepEqual([outcomes.length, refused.length], [100, 95])
  assert.ok(refused.every(({ error }) => error?.code === 'PLAN_FULL'))
  const wanted = (await fleet.sessions.list({})).filter((row) => row.wanted === 'running')
  assert.deepEqual(
    wanted.map(({ session }) => session),
    outcomes.flatMap(({ session, error }) => (error === null ? [session] : [])),
  )
})

test('what concerns all sessions of a customer or of a plan costs no more for a hundred of them', async (t) => {
  const { fleet, costOf, store } = await aHundred(t)
  for (let i = 0; i < 20; i++) await fleet.tenants.add({ slug: `other-${i}`, plan: 'free' })
  await fleet.sessions.start(ALL)
  const impact = await costOf(() => fleet.plans.wouldStop({ slug: 'enterprise', settings: ['sessions=1'] }))
  assert.equal(impact.stops.length, 99)
  await costOf(() => fleet.plans.set({ slug: 'enterprise', settings: ['sessions=1'] }))
  await costOf(() => fleet.tenants.wouldStop({ slug: 'acme', plan: 'free' }))
  await costOf(() => fleet.tenants.setStatus({ slug: 'acme', status: 'cancelled' }))
  const listed = await costOf(() => fleet.tenants.list())
  assert.deepEqual([listed.length, listed.find(({ slug }) => slug === 'acme')?.sessions], [21, 100])
  await costOf(() => fleet.history.events(ALL))
  await costOf(() => fleet.audit.list({ tenant: 'acme' }))
  for (const { id } of await store.tenant(ACME).sessions()) await store.tenant(ACME).removeSession(id)
  await costOf(() => fleet.tenants.remove({ slug: 'acme' }))
})
