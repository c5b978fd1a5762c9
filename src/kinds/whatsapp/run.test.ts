import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '../../../test/whatsapp-client.js'
import { messageOfAna } from '../../../test/whatsapp-fakes.js'
import {
  linked,
  newest,
  pair,
  reason,
  rig,
  start,
  state,
  unlinked,
  unlinkFromPhone,
  useRun,
} from '../../../test/whatsapp-run.js'

useRun()

test('without a browser the session fails at once and says what to do', async () => {
  start({ browser: null })
  const error = (await rig.ended) as { exitCode: number; message: string }
  assert.equal(error.exitCode, 64)
  assert.match(error.message, /npm run build.*FROTA_CHROMIUM/)
})

test('nobody scans for ten minutes: the browser closes, says so, and `pair` wakes it', async () => {
  start()
  await state('pairing')
  assert.match(String(rig.context.now()?.reason), /frota pair acme\/vendas/)
  rig.nowMs += 10 * 60_000 + 1_000
  newest().options?.on.hint()
  await reason('not scanned for 10 minutes')
  assert.ok(newest().closed)
  assert.equal((await pair()).qr, undefined)
  await until('a second browser', () => rig.engines.length === 2)
  assert.equal((await until('a code', async () => (await pair()).qr)).code, '2@code')
})

test('asking for a code for the phone opens the page anew, that way', async () => {
  start()
  await state('pairing')
  await pair({ phone: '+55 11 99999-0000' })
  await until('a second browser', () => rig.engines.length === 2)
  assert.equal(newest().options?.phone, '5511999990000')
  newest().options?.on.linkCode('ABCD-1234')
  assert.deepEqual(await rig.context.call('pair', { phone: '5511999990000' }), { paired: false, linkCode: 'ABCD-1234' })
})

test('a look at the pairing from elsewhere takes no code away from who types it', async () => {
  start()
  await pair({ phone: '5511999990000' })
  await until('the page for a phone', () => newest().options?.phone === '5511999990000')
  newest().options?.on.linkCode('ABCD-1234')
  assert.deepEqual(await pair(), { paired: false, linkCode: 'ABCD-1234' })
  const count = rig.engines.length
  rig.nowMs += 6_000
  await pair()
  await until('a page with a QR code', () => rig.engines.length === count + 1)
  assert.equal(newest().options?.phone, null)
})

test('a code for the phone that is used up is no longer shown; whoever still asks gets another', async () => {
  start()
  await pair({ phone: '5511999990000' })
  await until('the page for a phone', () => newest().options?.phone === '5511999990000')
  newest().options?.on.linkCode('ABCD-1234')
  const count = rig.engines.length
  newest().options?.on.linkTrouble('expired')
  rig.nowMs += 500
  assert.deepEqual(await pair({ phone: '5511999990000' }), {
    paired: false,
    reason: 'WhatsApp gave no code: expired',
  })
  await until('another browser', () => rig.engines.length === count + 1)
  newest().options?.on.linkCode('EFGH-5678')
  assert.deepEqual(await pair({ phone: '5511999990000' }), { paired: false, linkCode: 'EFGH-5678' })
})

test('a phone that WhatsApp gives no code is asked for again after a minute, not at every question', async () => {
  start()
  await pair({ phone: '5511999990000' })
  await until('the page for a phone', () => newest().options?.phone === '5511999990000')
  const { look } = newest()
  let looks = 0
  newest().look = () => {
    looks++
    return look()
  }
  const count = rig.engines.length
  newest().options?.on.linkTrouble('failed: rate-overlimit')
  rig.nowMs += 500
  const answer = (await pair({ phone: '5511999990000' })) as { reason?: string }
  assert.match(String(answer.reason), /rate-overlimit/)
  const before = looks
  await until('looked at since', () => looks > before + 1)
  assert.equal(rig.engines.length, count)
  rig.nowMs += 61_000
  await pair({ phone: '5511999990000' })
  await until('another browser', () => rig.engines.length === count + 1)
})

test('a page that reloads while it is asked who it is, is asked again; the browser stays', async () => {
  start()
  const engine = newest()
  const { account } = engine
  let asked = 0
  engine.account = () => {
    asked++
    return asked === 1 ? Promise.reject(new Error('Execution context was destroyed')) : account()
  }
  engine.page = { ...linked }
  await state('ready')
  assert.equal(rig.engines.length, 1)
  engine.hear({ id: 'm1' })
  await until('the reply', () => rig.context.events('message.out').length === 1)
})

test('what arrived while the page reloaded is looked for, though nobody told of it', async () => {
  start({ page: linked })
  await state('ready')
  newest().log.push(messageOfAna({ id: 'untold' }))
  newest().options?.on.reload()
  await until('the reply', () => rig.context.events('message.out').length === 1)
})

test('a login that another window holds is asked for until it is given back', async () => {
  start({ page: linked })
  await state('ready')
  const engine = newest()
  let asked = 0
  engine.takeOver = async () => {
    asked++
    if (asked === 1) throw new Error('Execution context was destroyed')
    engine.page = { ...linked }
  }
  engine.page = { ...linked, socket: 'CONFLICT' }
  engine.options?.on.hint()
  await state('degraded')
  await state('ready')
  assert.equal(asked, 2)
  assert.equal(rig.engines.length, 1)
})

test('what the last phone still heard is not answered by the next one', async () => {
  start({ page: linked, again: linked })
  await state('ready')
  const first = newest()
  first.page = { ...linked, online: false }
  first.options?.on.hint()
  await state('degraded')
  first.options?.on.message(messageOfAna({ id: 'for-the-first', chat: 'bob@c.us' }))
  unlinkFromPhone(first)
  await until('a second browser', () => rig.engines.length === 2)
  await state('ready')
  newest().hear({ id: 'for-the-second' })
  await until('the reply', () => rig.context.events('message.out').length === 1)
  assert.deepEqual(
    rig.context.events('message.in').map(({ id }) => id),
    ['for-the-second'],
  )
})

test('an unlinked phone is one event; the next code comes from a fresh browser', async () => {
  start({ page: linked })
  await state('ready')
  unlinkFromPhone(newest())
  await until('a second browser', () => rig.engines.length === 2)
  assert.equal((await until('a code', async () => (await pair()).qr)).code, '2@code')
  await state('pairing')
  assert.equal(rig.context.events('pairing.lost').length, 1)
})

test('a code that a closing browser still tells of is not shown: nobody could scan it', async () => {
  start({ page: linked, again: { ...unlinked, qr: '2@fresh' } })
  await state('ready')
  const first = newest()
  const { close } = first
  first.close = async () => {
    first.options?.on.qr('2@stale')
    assert.equal((await pair()).qr, undefined)
    await close()
  }
  unlinkFromPhone(first)
  await until('a second browser', () => rig.engines.length === 2)
  assert.equal((await until('a code', async () => (await pair()).qr)).code, '2@fresh')
})

test('another phone does not send what was planned for the first', async () => {
  start()
  rig.context.journal.intents.plan('send:x', 'send', { chat: '1@c.us', text: 'x', by: 'command', after: null })
  rig.context.journal.table('whatsapp').set('phone', '5511000000000')
  newest().page = linked
  await state('ready')
  assert.equal(rig.context.journal.intents.openCount(), 0)
  assert.deepEqual(
    newest().acts.filter((act) => act.startsWith('send')),
    [],
  )
})

test('a script that repeats a send while the phone is away is told that it was sent', async () => {
  start({ page: linked })
  await state('ready')
  const first = await rig.context.call('send', { to: '5511888880000', text: 'promo', id: 'a' })
  unlinkFromPhone(newest())
  await until('a second browser', () => rig.engines.length === 2)
  const again = await rig.context.call('send', { to: '5511888880000', text: 'promo', id: 'a' })
  assert.deepEqual(again, { ...(first as object), repeated: true })
  await assert.rejects(rig.context.call('send', { to: '5511888880000', text: 'promo', id: 'b' }), /not connected/)
})

test('a new endpoint is taken at once; a new reply text needs no new browser', async () => {
  start({ page: linked, again: linked })
  await state('ready')
  rig.context.configure({ ...rig.context.ctx.config, replyText: 'Changed' })
  newest().hear({ id: 'm1' })
  await until('the reply', () => rig.context.events('message.out').length === 1)
  assert.equal(rig.context.events('message.out')[0]?.text, 'Changed')
  assert.equal(rig.engines.length, 1)
  rig.context.configure({ ...rig.context.ctx.config, endpoint: 'https://127.0.0.1:4443' })
  await until('a second browser', () => rig.engines.length === 2)
  assert.equal(newest().options?.endpoint, 'https://127.0.0.1:4443')
})

test('without a way to WhatsApp Web the session says so and tries again by itself: it need not be started anew', async () => {
  rig.outages = 1
  start({ page: linked })
  await state('degraded')
  assert.match(String(rig.context.now()?.reason), /cannot be reached/)
  assert.equal((await pair()).reason, 'WhatsApp Web cannot be reached (net::ERR_NAME_NOT_RESOLVED)')
  await state('ready')
})

test('a browser that ends by itself ends the session with the reason', async () => {
  start()
  await state('pairing')
  newest().die('Chromium ended')
  assert.match(String(await rig.ended), /Chromium ended/)
  assert.ok(newest().closed)
})
