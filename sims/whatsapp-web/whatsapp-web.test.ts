// Real wppconnect in real Chromium against the sim: what a session would live through.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import jsqr from 'jsqr'
import { PNG } from 'pngjs'
import { type Client, openClient, until } from '../../test/whatsapp-client.js'
import { startWhatsappSim, type WhatsappSimOptions } from './server.js'

const OURS = '5511900000001'
const ANA = '5511988887777'

interface Listed {
  id: string
  direction: 'in' | 'out'
  from: string
  to: string
  text: string
  by: string
  ack: number
}

async function rig(t: TestContext, given: WhatsappSimOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'frota-whatsapp-sim-'))
  const { stateFile, ...rest } = given
  const options = stateFile === undefined ? rest : { ...rest, stateFile: join(folder, stateFile) }
  const clients: Client[] = []
  let sim = await startWhatsappSim(options)
  t.after(async () => {
    await Promise.allSettled(clients.map((client) => client.close()))
    await sim.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })
  const ask = async (path: string, body?: object) => {
    const init = body ? { method: 'POST', body: JSON.stringify(body) } : {}
    const response = await fetch(sim.controlUrl + path, init)
    const answer = await response.json()
    if (!response.ok) throw new Error((answer as { error: string }).error)
    return answer as Record<string, unknown>
  }
  const open = async (profile: string, phoneNumber?: string) => {
    const more = phoneNumber === undefined ? {} : { phoneNumber }
    const client = await openClient({ endpoint: sim.endpoint, profile: join(folder, profile), ...more })
    clients.push(client)
    return client
  }
  return {
    folder,
    ask,
    open,
    messages: async () => (await ask('/messages')) as unknown as Listed[],
    deliver: (text: string, more: object = {}) => ask('/deliver', { to: OURS, from: ANA, text, ...more }),
    openPaired: async (profile: string, phone = OURS) => {
      const client = await open(profile)
      const shown = await until('a QR code', () => client.qrCodes.at(-1))
      await ask('/scan', { code: shown.code, phone })
      await client.whatsapp.waitForLogin()
      await client.attached()
      return client
    },
    restartSim: async () => {
      const port = Number(new URL(sim.endpoint).port)
      await sim.close()
      sim = await startWhatsappSim({ ...options, port })
    },
  }
}

test('a QR code of real length is on screen, scanning it pairs, and messages go both ways, untouched', async (t) => {
  const { ask, open, deliver, messages } = await rig(t)
  const client = await open('one')
  const { code, png } = await until('a QR code', () => client.qrCodes[0])
  assert.ok(code.length >= 230 && code.length <= 250, `${code.length} characters`)
  const { data, width, height } = PNG.sync.read(Buffer.from(png.split(',')[1] ?? '', 'base64'))
  assert.equal(jsqr.default(new Uint8ClampedArray(data), width, height)?.data, code)

  await assert.rejects(client.whatsapp.sendText(`${ANA}@c.us`, 'too early'), /not logged in/)
  await ask('/scan', { code, phone: OURS })
  await client.whatsapp.waitForLogin()
  assert.ok(client.statuses.includes('inChat'))
  await assert.rejects(ask('/scan', { code, phone: OURS }), /code: no open page shows it/)
  assert.equal(await client.whatsapp.getWid(), `${OURS}@c.us`)

  const hostile = `<img src=x onerror="alert(1)"> '; DROP TABLE-- \u2028 \n${'\u{1F468}\u200D\u{1F469}'} ção ${'x'.repeat(60_000)}`
  await deliver(hostile, { id: 'HOSTILE', name: 'Ana "<b>"' })
  const got = await until('the message', () => client.messages[0])
  assert.deepEqual([got.id, got.body, got.notifyName], [`false_${ANA}@c.us_HOSTILE`, hostile, 'Ana "<b>"'])

  const sent = await client.whatsapp.sendText(`${ANA}@c.us`, hostile)
  assert.deepEqual([sent.fromMe, sent.body], [true, hostile])
  const [first, second] = await messages()
  assert.deepEqual([first?.direction, first?.by, first?.ack], ['in', 'customer', 3])
  assert.deepEqual([second?.id, second?.direction, second?.by, second?.text], [sent.id, 'out', 'device', hostile])
  await until('both acks', () => client.acks.length >= 2)
  assert.deepEqual(
    client.acks.map(({ ack }) => ack),
    [1, 2],
  )
})

test('codes change while nobody scans, attempts are counted, an old one is refused', async (t) => {
  const { ask, open } = await rig(t, { codes: { firstQrMs: 300, nextQrMs: 300 } })
  const client = await open('one')
  await until('a third code', () => client.qrCodes[2])
  assert.deepEqual(
    client.qrCodes.slice(0, 3).map(({ attempt }) => attempt),
    [1, 2, 3],
  )
  assert.equal(new Set(client.qrCodes.map(({ code }) => code)).size, client.qrCodes.length)
  await assert.rejects(ask('/scan', { code: client.qrCodes[0]?.code, phone: OURS }), /code: no open page shows it/)
})

test('a phone pairs by link code, for its own number only', async (t) => {
  const { ask, open } = await rig(t)
  const client = await open('one', OURS)
  const code = await until('a link code', () => client.linkCodes[0])
  assert.match(code, /^[0-9A-Z]{4}-[0-9A-Z]{4}$/)
  assert.equal(client.qrCodes.length, 0)
  await assert.rejects(ask('/link', { code, phone: '5511900000009' }), /phone: the code was made for another number/)
  const login = client.whatsapp.waitForLogin()
  await until('wppconnect to wait', () => client.statuses.includes('notLogged')) // linked earlier, it would not notice
  await ask('/link', { code, phone: OURS })
  await login
  assert.equal(await client.whatsapp.getWid(), `${OURS}@c.us`)
  await assert.rejects(ask('/link', { code, phone: OURS }), /code: no open page shows it/)
})

test('a login survives a Chromium killed right after pairing; what came meanwhile is unread and arrives once', async (t) => {
  const { openPaired, open, deliver, messages } = await rig(t)
  const before = await openPaired('one')
  await before.kill()
  await deliver('are you there?', { id: 'M1' })
  await deliver('are you there?', { id: 'M1' })
  assert.deepEqual(
    (await messages()).map(({ ack }) => ack),
    [1],
  )

  const client = await open('one')
  await client.whatsapp.waitForLogin()
  assert.equal(client.qrCodes.length, 0)
  const unread = await client.whatsapp.listChats({ onlyWithUnreadMessage: true })
  assert.deepEqual(
    unread.map(({ id, unreadCount }) => [id._serialized, unreadCount]),
    [[`${ANA}@c.us`, 1]],
  )
  await until('the message', () => client.messages[0])
  await deliver('second', { id: 'M2' })
  await until('the second', () => client.messages[1])
  assert.deepEqual(
    client.messages.map(({ body }) => body),
    ['are you there?', 'second'],
  )
  await client.whatsapp.sendSeen(`${ANA}@c.us`)
  assert.deepEqual(await client.whatsapp.listChats({ onlyWithUnreadMessage: true }), [])
  const history = await client.whatsapp.getMessages(`${ANA}@c.us`, { count: 1 })
  assert.deepEqual(
    history.map(({ id }) => id),
    [`false_${ANA}@c.us_M2`],
  )
})

test('what the owner types on the phone, and what we send, are seen as ours; ours is seen before it is sent', async (t) => {
  const { ask, openPaired } = await rig(t)
  const client = await openPaired('one')
  const typed = await ask('/type-from-phone', { phone: OURS, to: ANA, text: 'I take over' })
  await until('the typed message', () => client.anyMessages[0])
  assert.deepEqual([client.anyMessages[0]?.id, client.anyMessages[0]?.fromMe], [typed.id, true])
  const messageId = `true_${ANA}@c.us_3EB00123456789ABCDEF01`
  const sent = await client.whatsapp.sendText(`${ANA}@c.us`, 'mine', { messageId })
  assert.deepEqual([sent.id, client.anyMessages.at(-1)?.id], [messageId, messageId])
  await client.whatsapp.sendText(`${ANA}@c.us`, 'mine', { messageId })
  assert.equal((await client.whatsapp.getMessages(`${ANA}@c.us`, { count: -1 })).length, 2)
  assert.deepEqual([client.messages.length, client.anyMessages.length], [0, 2])
})

test('it refuses what WhatsApp refuses', async (t) => {
  const { ask, openPaired } = await rig(t)
  const { whatsapp } = await openPaired('one')
  await ask('/number', { number: '5511955555555', exists: false })
  const refused: [to: string, text: string, why: RegExp][] = [
    ['not a chat', 'oi', /Invalid WID value/],
    ['123@c.us', 'oi', /Chat not found/],
    ['5511955555555@c.us', 'oi', /Chat not found/],
    ['120363000000000000@g.us', 'oi', /Chat not found/],
    [`${ANA}@c.us`, ' \n', /empty/],
    [`${ANA}@c.us`, 'x'.repeat(65_537), /longer than 65536/],
  ]
  for (const [to, text, why] of refused) await assert.rejects(whatsapp.sendText(to, text), why)
  await assert.rejects(whatsapp.getMessages(`${ANA}@c.us`, {}), /Chat not found/)
  await assert.rejects(whatsapp.getMessageById(`true_${ANA}@c.us_NONE`), /not found/)
  await assert.rejects(whatsapp.startTyping(`${ANA}@c.us`), /Chat not found/)
  assert.deepEqual(await ask('/messages'), [])
})

test('with no network messages wait on both sides, and go once it is back', async (t) => {
  const { ask, openPaired, deliver, messages } = await rig(t)
  const client = await openPaired('one')
  await ask('/offline', { phone: OURS })
  await until('the state', () => client.states.at(-1) === 'TIMEOUT')
  assert.equal(await client.whatsapp.isConnected(), false)
  await deliver('waits')
  const sending = client.whatsapp.sendText(`${ANA}@c.us`, 'waits, too')
  await until('the unsent message', async () => (await messages()).length === 2)
  assert.deepEqual(
    (await messages()).map(({ ack }) => ack),
    [1, 0],
  )
  assert.equal(client.messages.length, 0)
  await ask('/online', { phone: OURS })
  assert.equal((await sending).body, 'waits, too')
  await until('the message', () => client.messages[0])
  assert.equal(client.states.at(-1), 'CONNECTED')
})

test('unpaired from the phone it is logged out, and shows a new code', async (t) => {
  const { ask, openPaired } = await rig(t)
  const client = await openPaired('one')
  const shown = client.qrCodes.length
  await until('wppconnect to have seen the login', () => Reflect.get(client.whatsapp, 'connected'))
  await until('the state', () => client.states.at(-1) === 'CONNECTED')
  assert.deepEqual(await ask('/unpair', { phone: OURS }), { unpaired: 1 })
  await until('the status', () => client.statuses.includes('disconnectedMobile'))
  await until('the state', () => client.states.at(-1) === 'UNPAIRED')
  await until('a new code', () => client.qrCodes.length > shown)
  await assert.rejects(client.whatsapp.sendText(`${ANA}@c.us`, 'oi'), /not logged in/)
})

test('two sessions at once keep to themselves', async (t) => {
  const { openPaired, deliver } = await rig(t)
  const [one, two] = await Promise.all([openPaired('one'), openPaired('two', '5511900000002')])
  await Promise.all([deliver('to one'), deliver('to two', { to: '5511900000002' })])
  await until('both', () => one.messages[0] && two.messages[0])
  assert.deepEqual(
    [one.messages, two.messages].map((all) => all.map(({ body }) => body)),
    [['to one'], ['to two']],
  )
})

test('the same login on a second page puts the first in conflict, until it takes over', async (t) => {
  const { openPaired, deliver } = await rig(t)
  const client = await openPaired('one')
  const second = await client.whatsapp.page.browser().newPage()
  await second.goto('https://web.whatsapp.com', { waitUntil: 'load' })
  await until('the conflict', () => client.states.at(-1) === 'CONFLICT')
  await assert.rejects(client.whatsapp.sendText(`${ANA}@c.us`, 'oi'), /open in another window/)
  await deliver('for whoever is here')
  await client.whatsapp.useHere()
  await until('the message', () => client.messages[0])
  assert.equal(client.states.at(-1), 'CONNECTED')
})

test('a crashed page is an error of the page, and the login outlives it', async (t) => {
  const { ask, openPaired, open } = await rig(t)
  const client = await openPaired('one')
  const crashed = new Promise((resolve) => client.whatsapp.page.once('error', resolve))
  await ask('/crash', { phone: OURS })
  assert.match(String(await crashed), /crashed/)
  await client.close()
  const again = await open('one')
  await again.whatsapp.waitForLogin()
  assert.equal(again.qrCodes.length, 0)
})

test('with a state file the logins outlive the sim: open pages reconnect by themselves', async (t) => {
  const { openPaired, deliver, restartSim } = await rig(t, { stateFile: 'sim.json' })
  const client = await openPaired('one')
  await deliver('before')
  await until('the message', () => client.messages[0])
  await restartSim()
  await deliver('after')
  await until('the next message', () => client.messages[1])
  assert.equal(client.messages[1]?.body, 'after')
})

test('group messages and voice notes come as what they are', async (t) => {
  const { openPaired, deliver, ask } = await rig(t)
  const client = await openPaired('one')
  await deliver('oi, grupo', { group: '120363000000000000', id: 'G1' })
  await ask('/deliver', { to: OURS, from: ANA, type: 'ptt' })
  await until('both', () => client.messages[1])
  const [group, voice] = client.messages
  assert.deepEqual(
    [group?.isGroupMsg, group?.from, group?.author, group?.id],
    [true, '120363000000000000@g.us', `${ANA}@c.us`, `false_120363000000000000@g.us_G1_${ANA}@c.us`],
  )
  assert.deepEqual([voice?.type, voice?.isMedia, voice?.body], ['ptt', true, undefined])
})
