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

test('the operator’s secrets are sealed, shown by their last characters, audited of no tenant’s, and the operator’s alone', async (t) => {
  const { secrets, fleets, fleetParts, parts } = await aFleet(t)
  const input = { scope: 'operator', name: 'SMTP_KEY' }
  const set = await secrets.set({ ...input, value: 'a-long-password-9876' })
  assert.deepEqual([set.scope, set.last4], ['operator', '9876'])
  assert.deepEqual(await secrets.list({ scope: 'operator' }), [set])
  const [kept] = await parts.store.operatorSecrets()
  assert.doesNotMatch(JSON.stringify(kept), /long-password/)
  assert.equal(kept && (await fleetParts.vault()).operator.open(kept), 'a-long-password-9876')
  assert.deepEqual(await secrets.list({ scope: 'acme' }), [])

  for (const role of ['owner', 'admin'] as const) {
    const actor = role === 'owner' ? { role, tenant: parts.acme } : { role, tenant: null }
    const theirs = fleets.as({ kind: 'account', name: 'ana', ...actor }).secrets
    const refused = { code: 'ROLE_TOO_LOW', exit: 4 }
    await assert.rejects(theirs.list({ scope: 'operator' }), refused)
    await assert.rejects(theirs.set({ ...input, value: 'x' }), refused)
    await assert.rejects(theirs.remove(input), refused)
  }
  await assert.rejects(secrets.remove({ ...input, name: 'SMTP_KEi' }), { code: 'SECRET_UNKNOWN', hint: /SMTP_KEY/ })
  await secrets.remove(input)
  assert.deepEqual(await secrets.list({ scope: 'operator' }), [])
  const { entries } = await parts.store.auditTrail({ limit: 9 })
  assert.deepEqual(
    entries.map(({ action, subject, data }) => [action, subject, data]),
    [
      ['secret.set', 'operator', { name: 'SMTP_KEY' }],
      ['secret.remove', 'operator', { name: 'SMTP_KEY' }],
    ],
  )
  assert.deepEqual((await parts.store.tenant(parts.acme).auditTrail({ limit: 9 })).entries, [])
})

test('what no secret can be is refused for the operator as for anybody', async (t) => {
  const { secrets, tenants } = await aFleet(t)
  const set = (name: string, value: string) => secrets.set({ scope: 'operator', name, value })
  await assert.rejects(set('smtp', 'x'), { code: 'BAD_SECRET_NAME' })
  await assert.rejects(set('SMTP_KEY', ''), { code: 'EMPTY_SECRET' })
  await assert.rejects(set('SMTP_KEY', 'x'.repeat(64 * 1024 + 1)), { code: 'SECRET_TOO_LONG' })
  await assert.rejects(tenants.add({ slug: 'operator' }), { code: 'NAME_RESERVED', exit: 2 })
})
