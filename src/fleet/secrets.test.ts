import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aFleet } from '../../test/a-fleet.js'

test('a session’s secrets are shown with those it inherits, where each is from, and which one is used', async (t) => {
  const { secrets } = await aFleet(t)
  const shown = async (scope: string) =>
    (await secrets.list({ scope })).map(({ scope, name, last4, used }) => [scope, name, last4, used])
  await secrets.set({ scope: 'acme', name: 'API_KEY', value: 'of-the-customer-1111' })
  assert.deepEqual(await shown('acme/a'), [['acme', 'API_KEY', '1111', true]])
  await assert.rejects(secrets.remove({ scope: 'acme/a', name: 'API_KEY' }), {
    code: 'SECRET_UNKNOWN',
    hint: /frota secret rm acme API_KEY/,
  })
  await secrets.set({ scope: 'acme/a', name: 'API_KEY', value: 'of-the-session-2222' })
  assert.deepEqual(await shown('acme/a'), [
    ['acme/a', 'API_KEY', '2222', true],
    ['acme', 'API_KEY', '1111', false],
  ])
  assert.deepEqual(await shown('acme/b'), [['acme', 'API_KEY', '1111', true]])
  assert.deepEqual(await shown('acme'), [['acme', 'API_KEY', '1111', true]])
})

test('a name with a star stands for all that fit: set, inherited, listed and removed one by one', async (t) => {
  const { secrets } = await aFleet(t)
  await secrets.set({ scope: 'acme/a', name: 'SHOP_EAST', value: 'east-1111' })
  await secrets.set({ scope: 'acme/b', name: 'SHOP_WEST', value: 'of-b-3333' })
  await secrets.set({ scope: 'acme', name: 'SHOP_WEST', value: 'west-2222' })
  await secrets.remove({ scope: 'acme/a', name: 'SHOP_EAST' })
  assert.deepEqual(
    (await secrets.list({ scope: 'acme/a' })).map(({ scope, name }) => [scope, name]),
    [['acme', 'SHOP_WEST']],
  )
  for (const name of ['SHOP_', 'SHOP_*', 'SHOP_east', 'SHOPS']) {
    const refused = { code: 'SECRET_UNKNOWN', hint: /SHOP_\*/ }
    await assert.rejects(secrets.set({ scope: 'acme/a', name, value: 'x' }), refused)
  }
})

test('secrets of one session are bounded together: it is handed all of them at once', async (t) => {
  const { secrets } = await aFleet(t)
  const set = (i: number) =>
    secrets.set({ scope: 'acme/a', name: `SHOP_${i}`, value: String(i).padEnd(64 * 1024, 'x') })
  for (let i = 0; i < 15; i++) await set(i)
  await assert.rejects(set(15), { code: 'SECRETS_TOO_LARGE' })
  await set(14)
})
