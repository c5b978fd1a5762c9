import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aFleet } from '../../test/a-fleet.js'

const set = (...settings: string[]) => ({ ref: 'acme/a', settings })

test('more memory than the plan gives is refused, with the most it gives, and nothing is changed', async (t) => {
  const { sessions } = await aFleet(t)
  await sessions.configSet(set('maxMemory=768MB'))
  const refused = { code: 'OVER_PLAN', exit: 4, message: /maxMemory: the pro plan allows 768MB at most/ }
  await assert.rejects(sessions.configSet(set('maxMemory=769MB')), refused)
  await assert.rejects(sessions.add({ ref: 'acme/c', kind: 'probe', settings: ['maxMemory=1GB'] }), refused)
  assert.equal((await sessions.config({ ref: 'acme/a' })).maxMemory, '768MB')
  assert.equal((await sessions.list({})).length, 2)
})

test('settings that are set and taken back in one step are refused as one: nothing is half done', async (t) => {
  const { sessions } = await aFleet(t)
  await sessions.configSet(set('wallet=0x1', 'maxMemory=600MB'))
  const before = await sessions.show({ ref: 'acme/a' })
  await assert.rejects(sessions.configSet({ ...set('maxMemory=769MB'), unset: ['wallet'] }), { code: 'OVER_PLAN' })
  assert.deepEqual((await sessions.show({ ref: 'acme/a' })).config, before.config)
  await sessions.configSet({ ...set('maxMemory=700MB'), unset: ['wallet', 'never-set'] })
  const after = await sessions.show({ ref: 'acme/a' })
  assert.deepEqual(after.config, { maxMemory: '700MB' })
  assert.equal(after.configVersion, before.configVersion + 1)
})

test('a limit that a downgrade left over the plan keeps nobody from changing something else, nor from starting', async (t) => {
  const { sessions, tenants } = await aFleet(t)
  await sessions.configSet(set('maxMemory=768MB'))
  await tenants.setPlan({ slug: 'acme', plan: 'free' })
  await sessions.configSet(set('wallet=0x1'))
  assert.deepEqual(await sessions.start({ refs: ['acme/a'] }), [{ session: 'acme/a', error: null }])
})

test('a session for which the plan has no place is refused, and pushes none out; one that is wanted may be asked for again', async (t) => {
  const { sessions, tenants } = await aFleet(t)
  await sessions.stop({ refs: ['acme/a', 'acme/b'] })
  await tenants.setPlan({ slug: 'acme', plan: 'free' })
  await sessions.start({ refs: ['acme/b'] })
  const refused = { code: 'PLAN_FULL', exit: 4, message: /acme\/a: the free plan runs 1 .* b is wanted already/ }
  await assert.rejects(sessions.start({ refs: ['acme/a'] }), refused)
  assert.equal((await sessions.show({ ref: 'acme/a' })).wanted, 'stopped')
  assert.deepEqual(await sessions.start({ refs: ['acme/b'] }), [{ session: 'acme/b', error: null }])
})

test('what keeps a session from starting keeps it from being restarted, too', async (t) => {
  const { sessions, tenants } = await aFleet(t)
  await tenants.setStatus({ slug: 'acme', status: 'cancelled' })
  for (const verb of [sessions.start, sessions.restart])
    await assert.rejects(verb({ refs: ['acme/a'] }), { code: 'PLAN_ENDED' })
  assert.equal((await sessions.show({ ref: 'acme/a' })).wanted, 'stopped')
})

test('a customer with many sessions is not removed, and is refused in one short line', async (t) => {
  const { sessions, tenants } = await aFleet(t)
  await tenants.setPlan({ slug: 'acme', plan: 'enterprise' })
  for (let i = 0; i < 20; i++) await sessions.add({ ref: `acme/more-${i}`, kind: 'probe' })
  const refused = {
    code: 'TENANT_HAS_SESSIONS',
    message: /^acme still has sessions: (acme\/\S+, ){3}acme\/\S+ and 18 more\.$/,
  }
  await assert.rejects(tenants.remove({ slug: 'acme' }), refused)
  assert.equal((await sessions.list({})).length, 22)
})
