// The WhatsApp kind as it really runs: its own code, wppconnect, Chromium, a journal on disk, WhatsApp played by the sim.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { startWhatsappSim } from '../sims/whatsapp-web/server.js'
import { unpackBrowser } from '../src/config/browser.js'
import type { JsonObject } from '../src/core/json.js'
import { chromiumPids, endChromium } from '../src/kinds/whatsapp/chromium.js'
import { type WhatsAppConfig, whatsapp } from '../src/kinds/whatsapp/kind.js'
import { run } from '../src/kinds/whatsapp/run.js'
import { type TestContext, testContext } from './session-context.js'
import { until } from './whatsapp-client.js'

const PHONE = '5511999990000'
const ANA = '5511888880000'
const bundled = process.platform === 'linux' && process.arch === 'x64'
const real = { skip: bundled ? false : 'no bundled browser for this machine' }

type Sim = Awaited<ReturnType<typeof startWhatsappSim>>
let browser: { path: string; libs: string | null }
let sim: Sim
let folder: string
let live: Session[] = []

interface Session extends TestContext<WhatsAppConfig> {
  ended: Promise<Error | null>
}

before(async () => {
  const unpacked = await unpackBrowser(join(import.meta.dirname, '..', '.build'))
  if (unpacked) browser = unpacked
  sim = await startWhatsappSim({})
})
after(() => sim.close())
afterEach(async () => {
  for (const session of live) session.stop()
  await Promise.all(live.map(({ ended }) => ended))
  for (const session of live) session.close()
  live = []
  if (folder) await endChromium(profile()).finally(() => rm(folder, { recursive: true, force: true }))
})

const profile = () => join(folder, 'browser')
const newFolder = async () => {
  folder = await mkdtemp(join(tmpdir(), 'frota-whatsapp-'))
}

function start(settings: JsonObject = {}): Session {
  const config = whatsapp.config.parse({
    endpoint: sim.endpoint,
    reply: 'fixed',
    replyText: 'Already with you!',
    typingMsPerChar: 1,
    ...settings,
  }) as WhatsAppConfig
  const context = testContext({ folder, config, dirs: { browser: browser.path, browserLibs: browser.libs } })
  const ended = run(context.ctx).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  )
  const session = { ...context, ended }
  live.push(session)
  return session
}

async function stop(session: Session) {
  session.stop()
  assert.equal(await session.ended, null)
  session.close()
  live = live.filter((other) => other !== session)
}

async function control<T = JsonObject>(path: string, body?: JsonObject): Promise<T> {
  const init = body ? { method: 'POST', body: JSON.stringify(body) } : {}
  const response = await fetch(`${sim.controlUrl}${path}`, init)
  const answer = await response.json()
  assert.ok(response.ok, `${path}: ${JSON.stringify(answer)}`)
  return answer as T
}

interface PairState {
  paired: boolean
  account?: string
  qr?: { code: string; attempt: number }
  linkCode?: string
  reason?: string
}
const pairState = async (session: Session, input: JsonObject = {}) =>
  (await session.call('pair', input)) as unknown as PairState
const state = (session: Session, name: string) => until(name, () => session.now()?.state === name)

async function pair(session: Session, phone: string) {
  const qr = await until('a QR code', async () => (await pairState(session)).qr)
  await control('/scan', { code: qr.code, phone })
  await state(session, 'ready')
}

const sent = async (text: string, phone = PHONE) =>
  (await control<{ text: string; direction: string }[]>(`/messages?phone=${phone}`)).filter(
    (message) => message.direction === 'out' && message.text === text,
  ).length
const deliver = (text: string, phone: string, from = ANA) =>
  control<{ id: string }>('/deliver', { to: phone, from, text, name: 'Ana' })

test('pairs by QR code, answers each message once, and is still paired after a restart', real, async () => {
  await newFolder()
  const first = start()
  await state(first, 'pairing')
  await pair(first, PHONE)
  assert.equal(first.now()?.account, `whatsapp:+${PHONE}`)
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

test('a reply in doubt after a crash is looked up: sent ones are not sent again, unsent ones are', real, async () => {
  await newFolder()
  const phone = '5511999990003'
  const before = start({ reply: 'off' })
  await pair(before, phone)
  const asked = [await deliver('one', phone, ANA), await deliver('two', phone, '5511777770000')]
  await until('both', () => before.events('message.in').length === 2)
  const chats = before.events('message.in').map(({ chat }) => String(chat))
  // A crash between sending and writing that down: the first was sent, the second was not.
  for (const [at, { id }] of asked.entries()) {
    const data = {
      chat: String(chats[at]),
      text: 'Sure!',
      by: 'reply',
      after: { id, t: Math.floor(Date.now() / 1000) },
    }
    before.journal.intents.plan(`reply:${id}`, 'reply', data)
    before.journal.intents.acting(`reply:${id}`)
  }
  await stop(before)
  await control('/type-from-phone', { phone, to: ANA, text: 'Sure!' })

  const session = start({ reply: 'off' })
  await until('both settled', () => session.journal.intents.open().length === 0)
  const out = session.events('message.out')
  assert.deepEqual(new Set(out.map(({ chat }) => chat)), new Set(chats))
  assert.ok(out.every(({ by }) => by === 'reply'))
  assert.equal(await sent('Sure!', phone), 2)
})

test('a crashed page or a killed Chromium ends the session with an error, and nothing is left over', real, async () => {
  await newFolder()
  const phone = '5511999990004'
  const first = start()
  await pair(first, phone)
  await control('/crash', { phone })
  assert.match(String(await first.ended), /page crashed/)
  assert.deepEqual(chromiumPids(profile()), [])
  first.close()

  const second = start()
  await state(second, 'ready')
  for (const pid of chromiumPids(profile()).slice(0, 1)) process.kill(pid, 'SIGKILL')
  assert.match(String(await second.ended), /Chromium ended/)
  assert.deepEqual(chromiumPids(profile()), [])
  second.close()
  live = []

  await deliver('after the crash', phone)
  const third = start()
  await until('the reply', () => third.events('message.out').length === 1)
})

test('offline is degraded, not dead: what was asked meanwhile is answered once it is back', real, async () => {
  await newFolder()
  const phone = '5511999990005'
  const session = start()
  await pair(session, phone)
  await control('/offline', { phone })
  await session.call('status')
  await until('degraded', () => session.now()?.state === 'degraded')
  await deliver('are you there?', phone)
  await control('/online', { phone })
  await state(session, 'ready')
  await until('the reply', () => session.events('message.out').length === 1)
  assert.equal(await sent('Already with you!', phone), 1)
})

test('stopping at any moment leaves no process, timer or pipe behind', real, async () => {
  await newFolder()
  const resources = () => process.getActiveResourcesInfo().filter((name) => /Process|Pipe|Timeout/.test(name)).length
  const before = resources()
  for (const moment of [() => Promise.resolve(), (session: Session) => state(session, 'pairing')]) {
    const session = start()
    await moment(session)
    await stop(session)
    assert.deepEqual(chromiumPids(profile()), [])
  }
  await until('all let go of', () => resources() <= before)
  const marked = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandLine(pid).includes(folder))
  assert.deepEqual(marked, [])
})

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch (error) {
    assert.match(String((error as NodeJS.ErrnoException).code), /ENOENT|ESRCH/)
    return ''
  }
}
