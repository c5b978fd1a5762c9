// One session per outside account, over a real store.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aFleet } from '../../test/a-fleet.js'
import { sessionId } from '../../test/a-unit.js'

const wallet = (ref: string, text: string) => ({ ref, settings: [`wallet=${text}`] })

test('an account that another session uses is refused, and the config stays as it was', async (t) => {
  const { sessions } = await aFleet(t)
  await sessions.configSet(wallet('acme/a', '0x1'))
  await sessions.configSet(wallet('acme/b', '0x2'))
  await assert.rejects(sessions.configSet(wallet('acme/b', '0x1')), { code: 'ACCOUNT_TAKEN' })
  assert.deepEqual(await sessions.config({ ref: 'acme/b' }), { wallet: '0x2' })
})

test('an account that a session has given up is free', async (t) => {
  const { sessions } = await aFleet(t)
  await sessions.configSet(wallet('acme/a', '0x1'))
  await sessions.configUnset({ ref: 'acme/a', keys: ['wallet'] })
  await sessions.configSet(wallet('acme/b', '0x1'))
})

test('a tenant’s secret that makes two sessions speak for one account is refused', async (t) => {
  const { secrets } = await aFleet(t)
  await assert.rejects(secrets.set({ scope: 'acme', name: 'BOT_TOKEN', value: '1:x' }), { code: 'ACCOUNT_TAKEN' })
  assert.deepEqual(await secrets.list({ scope: 'acme' }), [])
  await secrets.set({ scope: 'acme/b', name: 'BOT_TOKEN', value: '1:x' })
})

test('a secret that is not a text is refused without being quoted', async (t) => {
  const { secrets } = await aFleet(t)
  const input = { scope: 'acme/a', name: 'BOT_TOKEN', value: 123456789 as unknown as string }
  await assert.rejects(secrets.set(input), (thrown: Error) => !thrown.message.includes('123456789'))
})

test('a change of config or of a secret leaves the account that a session was seen to speak for: no other can take it', async (t) => {
  const { sessions, secrets, parts } = await aFleet(t)
  const own = parts.store.tenant(parts.acme)
  await own.claim(sessionId('a'), 'seen', ['#phone'])
  await sessions.configSet(wallet('acme/a', '0x1'))
  assert.deepEqual(await own.claim(sessionId('b'), 'seen', ['#phone']), { taken: ['#phone'] })
  await secrets.set({ scope: 'acme/a', name: 'BOT_TOKEN', value: '1:x' })
  assert.deepEqual(await own.claim(sessionId('b'), 'seen', ['#phone']), { taken: ['#phone'] })
})

test('a secret whose name fits a star is claimed like any other; a secret of another kind is not even shown to it', async (t) => {
  const { secrets, parts } = await aFleet(t)
  await secrets.set({ scope: 'acme/a', name: 'SHOP_ONE', value: '1:x' })
  await assert.rejects(secrets.set({ scope: 'acme/b', name: 'SHOP_TWO', value: '1:x' }), { code: 'ACCOUNT_TAKEN' })
  await parts.store.tenant(parts.acme).putSecret({
    session: sessionId('b'),
    name: 'OF_ANOTHER_KIND',
    sealed: 'opened by mistake it would throw',
    last4: '',
    fingerprint: '',
    updatedAt: new Date(),
  })
  await secrets.set({ scope: 'acme/b', name: 'SHOP_TWO', value: '2:x' })
})

test('a secret whose seal is broken can be replaced or removed', async (t) => {
  const { secrets, parts } = await aFleet(t)
  const broken = { sealed: 'v1:broken', last4: '', fingerprint: '', updatedAt: new Date() }
  for (const name of ['SHOP_ONE', 'SHOP_TWO'])
    await parts.store.tenant(parts.acme).putSecret({ ...broken, session: sessionId('a'), name })
  await secrets.set({ scope: 'acme/a', name: 'SHOP_ONE', value: '1:x' })
  await secrets.remove({ scope: 'acme/a', name: 'SHOP_TWO' })
})

test('a removed secret frees its account, and is not removed when what would come in its place is another’s', async (t) => {
  const { secrets } = await aFleet(t)
  await secrets.set({ scope: 'acme/a', name: 'SHOP_ONE', value: '1:x' })
  await secrets.remove({ scope: 'acme/a', name: 'SHOP_ONE' })
  await secrets.set({ scope: 'acme/b', name: 'SHOP_ONE', value: '1:x' })
  await secrets.set({ scope: 'acme/a', name: 'SHOP_ONE', value: '2:x' })
  await secrets.set({ scope: 'acme', name: 'SHOP_ONE', value: '1:x' }) // both have their own
  await assert.rejects(secrets.remove({ scope: 'acme/a', name: 'SHOP_ONE' }), { code: 'ACCOUNT_TAKEN' })
  assert.deepEqual((await secrets.list({ scope: 'acme/a' })).find(({ used }) => used)?.scope, 'acme/a')
})
