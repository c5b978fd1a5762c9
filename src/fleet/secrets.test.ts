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
