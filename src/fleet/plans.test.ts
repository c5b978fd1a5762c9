import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aFleet } from '../../test/a-fleet.js'

test('what a plan allows of a kind is the kind’s own, until an operator changes it, and again when that is taken back', async (t) => {
  const { plans } = await aFleet(t)
  const limited = async (slug: string) => (await plans.show({ slug })).limits.limited
  const ofPro = { symbols: 3, modes: ['paper', 'live'], keys: 1 }
  assert.deepEqual(await limited('pro'), ofPro)
  assert.deepEqual(await limited('free'), { symbols: 1, modes: ['paper'], keys: 0 })
  assert.deepEqual(await limited('enterprise'), { symbols: null, modes: ['paper'], keys: null })
  const set = (...settings: string[]) => plans.set({ slug: 'pro', settings })
  await set('limited.symbols=20', 'limited.modes=paper')
  assert.deepEqual(await limited('pro'), { symbols: 20, modes: ['paper'], keys: 1 })
  await set('limited.symbols=unlimited', 'limited.modes=default')
  assert.deepEqual(await limited('pro'), { ...ofPro, symbols: null })
  await set('limited.symbols=default')
  assert.deepEqual((await plans.show({ slug: 'pro' })).changedLimits, {})
  await set('limited.symbols=3')
  assert.deepEqual((await plans.show({ slug: 'pro' })).changedLimits, {})
})

test('a limit that is unknown or no value of its kind is refused by its name, with the nearest there is', async (t) => {
  const { plans } = await aFleet(t)
  const refused: [string, RegExp][] = [
    ['limited.symbls=5', /limited\.symbls: unknown key.*limited\.symbols/],
    ['limitd.symbols=5', /unknown key.*limited\.symbols/],
    ['limited.__proto__=5', /unknown key/],
    ['limited.symbols=many', /limited\.symbols: must be a whole number or "unlimited"/],
    ['limited.symbols=-1', /limited\.symbols: must be at least 0/],
    ['limited.modes=paper,casino', /limited\.modes: must be one of paper, live/],
    ['sessions=default', /sessions: must be a whole number or "unlimited"/],
    ['sessions', /not key=value/],
  ]
  for (const [setting, words] of refused) {
    const set = plans.set({ slug: 'pro', settings: ['retentionDays=9', setting] })
    await assert.rejects(set, ({ message, hint, exit }) => exit === 2 && words.test(`${message} ${hint}`), setting)
  }
  assert.equal((await plans.show({ slug: 'pro' })).retentionDays, 30)
})

test('what was changed for a kind that is not loaded stays as it is', async (t) => {
  const { plans, parts } = await aFleet(t)
  const [free] = await parts.store.plans()
  assert.ok(free)
  await parts.store.putPlan({
    ...free,
    kinds: ['absent'],
    limits: { absent: { most: 7 }, limited: { symbols: 'many' } },
  })
  assert.equal((await plans.show({ slug: 'free' })).limits.limited?.symbols, 1)
  const { changedLimits } = await plans.set({ slug: 'free', settings: ['limited.symbols=2', 'kinds=absent,limited'] })
  assert.deepEqual(changedLimits, { absent: { most: 7 }, limited: { symbols: 2 } })
})

test('a plan that is added begins as the one it is made from, also in what kinds know of that by its name', async (t) => {
  const { plans } = await aFleet(t)
  const gold = await plans.add({ slug: 'gold', from: 'pro', settings: ['sessions=7', 'limited.keys=2'] })
  const { slug: _pro, sessions, changedLimits: _none, ...pro } = await plans.show({ slug: 'pro' })
  assert.equal(sessions, 5)
  assert.deepEqual(gold, {
    ...pro,
    slug: 'gold',
    sessions: 7,
    limits: { limited: { ...pro.limits.limited, keys: 2 } },
    changedLimits: { limited: { symbols: 3, modes: ['paper', 'live'], keys: 2 } },
  })
  const plain = await plans.add({ slug: 'plain', settings: [] })
  assert.deepEqual([plain.sessions, plain.priceMonthUsd, plain.limits.limited?.symbols], [1, null, 1])
  await assert.rejects(plans.add({ slug: 'gold', settings: [] }), { code: 'PLAN_EXISTS' })
  await assert.rejects(plans.add({ slug: 'x', from: 'gld', settings: [] }), { code: 'PLAN_UNKNOWN', hint: /gold/ })
})

test('a plan that customers have is not removed, nor the one that new customers get', async (t) => {
  const { plans } = await aFleet(t)
  for (const slug of ['pro', 'free']) await assert.rejects(plans.remove({ slug }), { code: 'PLAN_IN_USE', exit: 4 })
  await plans.remove({ slug: 'premium' })
  await assert.rejects(plans.show({ slug: 'premium' }), { code: 'PLAN_UNKNOWN' })
})

test('a withdrawn plan is given to nobody new, and who has it keeps it and may prolong it', async (t) => {
  const { plans, tenants } = await aFleet(t)
  for (const slug of ['pro', 'free']) await plans.set({ slug, settings: ['withdrawn=yes'] })
  const refused = { code: 'PLAN_WITHDRAWN', exit: 4, hint: 'on sale: premium, enterprise' }
  await assert.rejects(tenants.add({ slug: 'new', plan: 'pro' }), refused)
  await assert.rejects(tenants.add({ slug: 'new' }), refused)
  await tenants.add({ slug: 'new', plan: 'premium' })
  await assert.rejects(tenants.wouldStop({ slug: 'new', plan: 'pro' }), refused)
  await assert.rejects(tenants.setPlan({ slug: 'new', plan: 'pro' }), refused)
  assert.equal((await tenants.setPlan({ slug: 'acme', plan: 'pro', expiresAt: '2099-01-31' })).plan, 'pro')
})
