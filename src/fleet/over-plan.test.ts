// What a kind's `refuses` says, at each door. The kind is test/kinds/limited: on the pro plan three symbols over all of
// a tenant's sessions, live mode, one key; on the free plan one symbol, paper only, no key.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { aFleet } from '../../test/a-fleet.js'

async function limitedFleet(t: TestContext) {
  const fleet = await aFleet(t)
  await fleet.sessions.stop({ refs: ['acme/a', 'acme/b'] })
  const add = (name: string, symbols: string[], more: object = {}) =>
    fleet.sessions.add({ ref: `acme/${name}`, kind: 'limited', config: { symbols, ...more } })
  const set = (name: string, ...settings: string[]) => fleet.sessions.configSet({ ref: `acme/${name}`, settings })
  const secret = (scope: string, name: string) => fleet.secrets.set({ scope, name, value: 'a-secret' })
  return { ...fleet, add, set, secret }
}
const overPlan = (message: RegExp) => ({ code: 'OVER_PLAN', exit: 4, message })

test('add: what the plan does not allow is refused with every reason, counting the customer’s other sessions', async (t) => {
  const { add, sessions } = await limitedFleet(t)
  await add('x', ['BTC', 'ETH'])
  await assert.rejects(add('y', ['A', 'B']), overPlan(/^acme\/y: symbols: the plan allows 3\.$/))
  await add('y', ['A'])
  assert.equal((await sessions.list({ kind: 'limited' })).length, 2)
})

test('add: a kind that the plan does not have is refused', async (t) => {
  const { add, plans } = await limitedFleet(t)
  await plans.set({ slug: 'pro', settings: ['kinds=probe'] })
  await assert.rejects(add('x', []), overPlan(/^acme\/x: the pro plan has no sessions of this kind\.$/))
})

test('config: what goes over the plan is refused and changes nothing; what was over before keeps nobody from other changes', async (t) => {
  const { add, set, plans, sessions } = await limitedFleet(t)
  await add('x', ['A'])
  await assert.rejects(set('x', 'symbols=["A","B","C","D"]'), overPlan(/symbols: the plan allows 3/))
  assert.deepEqual((await sessions.show({ ref: 'acme/x' })).config, { symbols: ['A'] })
  await plans.set({ slug: 'pro', settings: ['limited.symbols=0', 'limited.modes=paper'] })
  await set('x', 'takesLive=yes')
  await assert.rejects(set('x', 'live=yes'), overPlan(/^acme\/x: live: the plan allows paper only\.$/))
})

test('secret: one too many is refused, for a session and for all that would read the customer’s', async (t) => {
  const { add, secret, secrets, plans } = await limitedFleet(t)
  await add('x', [])
  await secret('acme/x', 'KEY_A')
  await assert.rejects(secret('acme/x', 'KEY_B'), overPlan(/^acme\/x: keys: the plan allows 1\.$/))
  await assert.rejects(secret('acme', 'KEY_B'), overPlan(/^acme\/x: keys: the plan allows 1\.$/))
  assert.deepEqual((await secrets.list({ scope: 'acme' })).length, 0)
  await secret('acme/x', 'KEY_A')
  await plans.set({ slug: 'pro', settings: ['limited.keys=0'] })
  await secrets.remove({ scope: 'acme/x', name: 'KEY_A' })
})

test('start: a session that the plan does not allow beside those that run is refused, also at a restart', async (t) => {
  const { add, plans, sessions } = await limitedFleet(t)
  await add('x', ['A', 'B'])
  await add('y', ['C'])
  await plans.set({ slug: 'pro', settings: ['limited.symbols=2'] })
  await sessions.start({ refs: ['acme/x'] })
  const refused = overPlan(/^acme\/y: symbols: the plan allows 2\.$/)
  for (const verb of [sessions.start, sessions.restart]) await assert.rejects(verb({ refs: ['acme/y'] }), refused)
  assert.equal((await sessions.show({ ref: 'acme/y' })).wanted, 'stopped')
  await sessions.stop({ refs: ['acme/x'] })
  await sessions.start({ refs: ['acme/y'] })
})

test('start: a session that runs may be restarted, though a newer one waits for its place', async (t) => {
  const { add, plans, sessions } = await limitedFleet(t)
  await add('x', ['A'])
  await add('y', ['B'])
  await sessions.start({ refs: ['acme/x', 'acme/y'] })
  await plans.set({ slug: 'pro', settings: ['limited.symbols=1'] })
  assert.deepEqual(await sessions.restart({ refs: ['acme/x'] }), [{ session: 'acme/x', error: null }])
  await assert.rejects(sessions.restart({ refs: ['acme/y'] }), overPlan(/^acme\/y: symbols: the plan allows 1\.$/))
})

test('plan: a change says which running sessions would have to wait, the newest first to go, and changes nothing', async (t) => {
  const { add, plans, tenants, sessions } = await limitedFleet(t)
  for (const [name, symbol] of [
    ['x', 'A'],
    ['y', 'B'],
  ] as const)
    await add(name, [symbol])
  await sessions.start({ refs: ['acme/x', 'acme/y'] })
  const reason = 'symbols: the plan allows 1'
  const one = { stops: ['acme/y'], reason, pastEnd: null }
  assert.deepEqual(await plans.wouldStop({ slug: 'pro', settings: ['limited.symbols=1'] }), one)
  await plans.add({ slug: 'small', from: 'pro', settings: ['limited.symbols=1'] })
  assert.deepEqual(await tenants.wouldStop({ slug: 'acme', plan: 'small' }), one)
  assert.deepEqual(await plans.wouldStop({ slug: 'pro', settings: ['kinds=probe'] }), {
    stops: ['acme/x', 'acme/y'],
    reason: 'the pro plan has no sessions of this kind',
    pastEnd: null,
  })
  assert.deepEqual((await plans.wouldStop({ slug: 'pro', settings: ['limited.symbols=2'] })).stops, [])
})
