import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aFleet } from '../../test/a-fleet.js'

const DAY_MS = 86_400_000
const isoIn = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString()

test('what a plan or a status would stop is said before it is changed, and nothing is changed by asking', async (t) => {
  const { tenants, sessions } = await aFleet(t)
  await sessions.start({ refs: ['acme/a', 'acme/b'] })
  const ask = (change: object) => tenants.wouldStop({ slug: 'acme', ...change })
  const nothing = { stops: [], reason: null, pastEnd: null }
  const both = ['acme/a', 'acme/b']
  assert.deepEqual(await ask({ plan: 'enterprise' }), nothing)
  assert.deepEqual(await ask({ status: 'past_due' }), nothing)
  assert.deepEqual(await ask({ plan: 'free' }), {
    stops: ['acme/b'],
    reason: 'the free plan runs 1 of its sessions at once',
    pastEnd: null,
  })
  assert.deepEqual(await ask({ status: 'cancelled' }), { ...nothing, stops: both, reason: 'the plan was cancelled' })
  assert.deepEqual(await ask({ expiresAt: isoIn(1) }), nothing)
  const past = isoIn(-1)
  assert.deepEqual(await ask({ expiresAt: past }), { ...nothing, pastEnd: past })
  assert.deepEqual((await ask({ expiresAt: isoIn(-9) })).stops, both)
  assert.equal((await tenants.show({ slug: 'acme' })).status, 'active')
})

test('sessions that are stopped, or that could not run before, are not counted', async (t) => {
  const { tenants, sessions } = await aFleet(t)
  assert.deepEqual((await tenants.wouldStop({ slug: 'acme', status: 'cancelled' })).stops, [])
  await sessions.start({ refs: ['acme/a', 'acme/b'] })
  await tenants.setPlan({ slug: 'acme', plan: 'free' })
  assert.deepEqual((await tenants.wouldStop({ slug: 'acme', status: 'cancelled' })).stops, ['acme/a'])
  await assert.rejects(tenants.wouldStop({ slug: 'acme', status: 'canceled' }), /is not a status/)
})

test('a plan that is changed stops sessions of every customer on it: said before, and nothing that is refused is asked', async (t) => {
  const { plans, sessions } = await aFleet(t)
  await sessions.start({ refs: ['acme/a', 'acme/b'] })
  const ask = (...settings: string[]) => plans.wouldStop({ slug: 'pro', settings })
  const nothing = { stops: [], reason: null, pastEnd: null }
  assert.deepEqual(await ask('sessions=1', 'retentionDays=9'), {
    stops: ['acme/b'],
    reason: 'the pro plan runs 1 of its sessions at once',
    pastEnd: null,
  })
  assert.deepEqual(await ask('sessions=2'), nothing)
  assert.deepEqual(await plans.wouldStop({ slug: 'free', settings: ['sessions=0'] }), nothing)
  await assert.rejects(ask('sessions=some'), { code: 'BAD_PLAN' })
  assert.equal((await plans.show({ slug: 'pro' })).sessions, 5)
})
