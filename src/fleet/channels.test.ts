import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { aFleet } from '../../test/a-fleet.js'
import type { Actor } from '../core/actors.js'
import type { Live } from '../core/live.js'
import { createFleet } from './fleet.js'

const TOKEN = '123456789:AAFakeTokenFakeTokenFakeToken_'
const hook = (name: string, more: object = {}) => ({
  ...{ tenant: 'acme', channel: 'webhook', name, settings: { url: `https://example.com/t0k-${name}` }, secret: 'shh' },
  ...more,
})
const owner = (tenant: Actor['tenant']) => ({ kind: 'account', name: 'ana', role: 'owner', tenant }) as Actor

/** As a running fleet has it: every channel has been used, and answers a test with its own name. */
async function aLiveFleet(t: TestContext) {
  const fleet = await aFleet(t)
  const state = { sentAt: new Date('2026-01-02T03:04:05Z'), error: 'HTTP 410', waiting: 2 }
  const live = {
    wake: async () => undefined,
    channels: () => new Map([['ops', state]]),
    testChannel: async (_: unknown, name: string) => (name === 'ops' ? 'HTTP 410' : null),
  } as unknown as Live
  const { channels } = createFleet({ ...fleet.fleetParts, live }).as(owner(fleet.parts.acme))
  return { ...fleet, channels }
}

test('an owner sets several channels of one type, sealed, shown by name and host, and told in the customer’s audit', async (t) => {
  const { fleets, parts } = await aFleet(t)
  const { channels } = fleets.as(owner(parts.acme))
  const telegram = { channel: 'telegram', settings: { chatId: '-5' }, secret: TOKEN }
  await channels.set({ tenant: 'acme', ...telegram, topics: ['critical', 'session', 'critical'] })
  await channels.set(hook('crm'))
  const set = await channels.set(hook('ops', { topics: ['info'] }))
  assert.deepEqual(set, {
    ...{ tenant: 'acme', channel: 'webhook', name: 'ops', target: 'example.com', topics: ['info'] },
    ...{ lastSentAt: null, lastError: null, waiting: 0, paused: null },
  })
  const listed = await channels.list()
  assert.deepEqual(
    listed.map(({ name, target, topics }) => [name, target, topics]),
    [
      ['crm', 'example.com', []],
      ['ops', 'example.com', ['info']],
      ['telegram', 'chat -5', ['critical', 'session']],
    ],
  )
  const kept = JSON.stringify([listed, await parts.store.exportTenant(parts.acme)])
  assert.doesNotMatch(kept, /t0k|shh|FakeToken/)
  await channels.remove({ tenant: 'acme', name: 'crm' })
  const { entries } = await parts.store.tenant(parts.acme).auditTrail({ limit: 9 })
  assert.deepEqual(
    entries.map(({ actor, action, subject, data }) => [actor, action, subject, data.name]),
    ['telegram', 'crm', 'ops']
      .map((name) => ['account:ana', 'notify.set', 'acme', name])
      .concat([['account:ana', 'notify.remove', 'acme', 'crm']]),
  )
})

test('what cannot be right is refused, and nothing is kept', async (t) => {
  const { channels } = await aFleet(t)
  const refused: [object, object][] = [
    [{ channel: 'fax' }, { code: 'BAD_CHANNEL' }],
    [{ channel: 'telegram' }, { code: 'BAD_CHANNEL' }],
    [{ settings: {} }, { code: 'BAD_CHANNEL' }],
    [{ settings: { url: 'https://10.0.0.1/' } }, { code: 'BAD_CHANNEL', message: /private network/ }],
    [{ settings: { url: `https://x.example/${'x'.repeat(9000)}` } }, { code: 'BAD_CHANNEL', message: /longer than/ }],
    [{ name: 'Ops 1' }, { code: 'BAD_NAME' }],
    [{ topics: ['critcal'] }, { code: 'BAD_TOPIC', hint: /critical/ }],
    [{ tenant: 'acmee' }, { code: 'TENANT_UNKNOWN', hint: /acme/ }],
  ]
  for (const [change, error] of refused) await assert.rejects(channels.set(hook('ops', change)), error)
  assert.deepEqual(await channels.list(), [])
  for (let i = 0; i < 10; i++) await channels.set(hook(`c${i}`))
  await assert.rejects(channels.set(hook('c10')), { code: 'TOO_MANY_CHANNELS' })
  await channels.set(hook('c9', { topics: ['info'] }))
  await assert.rejects(channels.remove({ tenant: 'acme', name: 'c' }), { code: 'CHANNEL_UNKNOWN', hint: /c0/ })
})

test('a private address is the operator’s to allow, and to allow anew when the channel is changed', async (t) => {
  const { channels, fleets, parts } = await aFleet(t)
  const inside = hook('ops', { settings: { url: 'https://10.0.0.1/' }, allowPrivate: true })
  await assert.rejects(fleets.as(owner(parts.acme)).channels.set(inside), { code: 'ROLE_TOO_LOW', exit: 4 })
  assert.equal((await channels.set(inside)).target, '10.0.0.1')
  await assert.rejects(channels.set({ ...inside, allowPrivate: false }), { code: 'BAD_CHANNEL' })
  const { entries } = await parts.store.auditTrail({ limit: 9 })
  assert.deepEqual(
    entries.map(({ data }) => data.allowPrivate),
    [true],
  )
})

test('how a channel does is shown, and a test says which took it; without notifications in the plan none is sent', async (t) => {
  const { channels, parts } = await aLiveFleet(t)
  assert.deepEqual(await channels.test({ tenant: 'acme' }), [])
  await channels.set(hook('ops'))
  await channels.set(hook('crm'))
  const [crm, ops] = await channels.list({ tenant: 'acme' })
  assert.deepEqual([crm?.lastSentAt, crm?.lastError, crm?.waiting], [null, null, 0])
  assert.deepEqual([ops?.lastSentAt, ops?.lastError, ops?.waiting], ['2026-01-02T03:04:05.000Z', 'HTTP 410', 2])
  const [tested, failed] = [
    { channel: 'crm', error: null },
    { channel: 'ops', error: 'HTTP 410' },
  ]
  assert.deepEqual(await channels.test({ tenant: 'acme' }), [tested, failed])
  assert.deepEqual(await channels.test({ tenant: 'acme', name: 'crm' }), [tested])
  await assert.rejects(channels.test({ tenant: 'acme', name: 'cmr' }), { code: 'CHANNEL_UNKNOWN' })
  await parts.store.changeTenant(parts.acme, { plan: 'free' })
  assert.equal((await channels.list())[0]?.paused, 'the plan free has no notifications')
  await assert.rejects(channels.test({ tenant: 'acme' }), { code: 'PLAN_LIMIT', exit: 4, message: /the plan free/ })
})

test('with the fleet down nothing can be tested, and a channel that cannot be opened is listed with the reason', async (t) => {
  const { channels, parts } = await aFleet(t)
  await channels.set(hook('ops'))
  await assert.rejects(channels.test({ tenant: 'acme' }), { code: 'FLEET_DOWN' })
  const own = parts.store.tenant(parts.acme)
  const [kept] = await own.channels()
  assert.ok(kept)
  await own.putChannel({ ...kept, name: 'moved' })
  const moved = (await channels.list()).find(({ name }) => name === 'moved')
  assert.match(moved?.target ?? '', /cannot be opened/)
})
