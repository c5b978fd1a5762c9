// The WhatsApp kind with real parts: pairing, answering, commands.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../src/core/json.js'
import { chromiumPids } from '../src/kinds/whatsapp/chromium.js'
import { until } from './whatsapp-client.js'
import {
  ANA,
  control,
  deliver,
  newFolder,
  PHONE,
  pair,
  pairState,
  profile,
  real,
  type Session,
  sent,
  start,
  state,
  stop,
  useWhatsapp,
} from './whatsapp-live.js'

useWhatsapp()

test('pairs by QR code, answers each message once, and is still paired after a restart', real, async () => {
  await newFolder()
  const first = start()
  await state(first, 'pairing')
  await pair(first, PHONE)
  assert.equal(first.now()?.accounts?.join(), `whatsapp:+${PHONE}`)
  assert.deepEqual(await pairState(first), { paired: true, account: `whatsapp:+${PHONE}` })
  assert.ok(!JSON.stringify(first.reports).includes('2@'), 'a code is never reported')

  const { id } = await deliver('oi', PHONE)
  await until('the reply', () => first.events('message.out').length === 1)
  const [incoming] = first.events('message.in')
  assert.equal(incoming?.id, id)
  assert.equal(incoming?.text, 'oi')
  assert.equal(incoming?.name, 'Ana')
  assert.equal(first.events('message.out')[0]?.by, 'reply')
  const presences = JSON.stringify(await control('/presence'))
  assert.match(presences, /composing/)

  await control('/type-from-phone', { phone: PHONE, to: ANA, text: 'it is me, a person' })
  await until('what a person typed', () => first.events('message.out').length === 2)
  assert.equal(first.events('message.out')[1]?.by, 'phone')
  await stop(first)
  assert.deepEqual(chromiumPids(profile()), [])

  await deliver('anybody there?', PHONE)
  await deliver('hello?', PHONE, '5511777770000')
  const second = start()
  await state(second, 'ready')
  await until('both replies', () => second.events('message.out').filter(({ by }) => by === 'reply').length === 3)
  assert.ok(!second.reports.some((report) => report.state === 'pairing'), 'no second pairing')
  assert.equal(second.events('message.in').length, 3)
  assert.equal(second.events('paired').length, 1)
  await stop(second)

  const third = start()
  await state(third, 'ready')
  await third.call('status')
  await stop(third)
  assert.equal(await sent('Already with you!'), 3)
})

test('commands send once for an id, list chats, read history; bad addresses are named', real, async () => {
  await newFolder()
  const session = start({ reply: 'off' })
  await assert.rejects(session.call('send', { to: ANA, text: 'x' }), /not connected/)
  const phone = '5511999990001'
  await pair(session, phone)
  const answer = (await session.call('send', { to: '+55 11 88888-0000', text: 'promo', id: 'a' })) as JsonObject
  const again = (await session.call('send', { to: `${ANA}@c.us`, text: 'promo', id: 'a' })) as JsonObject
  assert.equal(answer.sent, true)
  assert.equal(again.id, answer.id)
  assert.equal(await sent('promo', phone), 1)
  await deliver('thanks', phone)
  await until('the answer', () => session.events('message.in').length === 1)
  const chats = (await session.call('chats')) as JsonObject[]
  assert.deepEqual(
    chats.map((chat) => chat.id),
    [`${ANA}@c.us`],
  )
  const history = (await session.call('history', { chat: ANA, limit: 10 })) as JsonObject[]
  assert.deepEqual(
    history.map(({ text, fromMe }) => [text, fromMe]),
    [
      ['promo', true],
      ['thanks', false],
    ],
  )
  await assert.rejects(session.call('history', { chat: '5511000000000' }), /There is no chat/)
  await control('/number', { number: '5511666660000', exists: false })
  await assert.rejects(session.call('send', { to: '5511666660000', text: 'x' }), /did not take/)
  assert.equal(session.events('message.refused').length, 1)
})

test('people whom WhatsApp names by a LID are answered, written to and looked up as anybody else', real, async () => {
  await newFolder()
  const phone = '5511999990006'
  const [eve, bia] = ['5511555550001', '5511555550002']
  await control('/number', { number: eve, lid: '123456789012345' })
  await control('/number', { number: bia, lid: '123456789054321' })
  const session = start()
  await pair(session, phone)
  await deliver('oi', phone, eve)
  await until('the reply', () => session.events('message.out').length === 1)
  assert.equal(session.events('message.in')[0]?.chat, '123456789012345@lid')
  await session.call('send', { to: eve, text: 'by her number' })
  await session.call('send', { to: bia, text: 'who never wrote' })
  assert.deepEqual(await texts(session, eve), ['oi', 'Already with you!', 'by her number'])
  assert.deepEqual(await texts(session, '123456789054321@lid'), ['who never wrote'])

  // A crash after sending, before that was written down.
  session.journal.intents.plan('send:x', 'send', { chat: `${bia}@c.us`, text: 'once', by: 'command', after: null })
  session.journal.intents.acting('send:x')
  await stop(session)
  await control('/type-from-phone', { phone, to: bia, text: 'once' })
  const next = start()
  await until('settled', () => next.now()?.state === 'ready' && next.journal.intents.openCount() === 0)
  assert.deepEqual(await texts(next, bia), ['who never wrote', 'once'])
})

test('what WhatsApp takes into the chat and then refuses is told as refused, not as sent', real, async () => {
  await newFolder()
  await control('/number', { number: '5511444440000', refuses: true })
  const session = start({ reply: 'off' })
  await pair(session, '5511999990007')
  await assert.rejects(session.call('send', { to: '5511444440000', text: 'x' }), /did not take.*did not accept it/)
  assert.deepEqual(session.events('message.out'), [])
  assert.equal(session.events('message.refused').length, 1)
})

const texts = async (session: Session, chat: string) =>
  ((await session.call('history', { chat })) as JsonObject[]).map(({ text }) => text)

test(
  'pairs by a code typed on the phone; unlinked from the phone it asks for pairing again and tells',
  real,
  async () => {
    await newFolder()
    const phone = '5511999990002'
    const session = start()
    await state(session, 'pairing')
    const code = await until('a link code', async () => (await pairState(session, { phone: `+${phone}` })).linkCode)
    await control('/link', { phone, code })
    await state(session, 'ready')

    await control('/unpair', { phone })
    await state(session, 'pairing')
    const [lost] = session.events('pairing.lost')
    assert.equal(lost?.phone, phone)
    await deliver('while unlinked', phone)
    await pair(session, phone)
    await until('the reply', () => session.events('message.out').length === 1)
    assert.equal(session.events('paired').length, 2)

    assert.deepEqual(await session.call('logout'), { loggedOut: true })
    await until('asleep', () => session.now()?.reason?.startsWith('logged out'))
    assert.deepEqual(chromiumPids(profile()), [], 'nobody looks: no browser')
    assert.equal(session.events('pairing.lost').length, 1, 'logging out is no alarm')
    await until('a new code', async () => (await pairState(session)).qr)
  },
)
