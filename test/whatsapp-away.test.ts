// The WhatsApp kind with real parts: what it finds when it comes back, and a page that does not show its login.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { JsonObject } from '../src/core/json.js'
import { chromiumPids } from '../src/kinds/whatsapp/chromium.js'
import { until } from './whatsapp-client.js'
import {
  ANA,
  bury,
  control,
  deliver,
  folder,
  newFolder,
  pair,
  pairState,
  profile,
  real,
  type Session,
  start,
  state,
  stop,
  useWhatsapp,
} from './whatsapp-live.js'

useWhatsapp()

const CHATS = 350
const IN_ONE_CHAT = 600
/** Half a minute on an idle machine. */
const LONG_MS = 300_000

test(
  'unannounced, 350 chats and 600 messages in one, a Chromium killed in the middle: all recorded, each chat answered once',
  real,
  async () => {
    await newFolder()
    const phone = '5511999991001'
    const settings = { replyGapSeconds: 86_400, typingMaxMs: 0 }
    const before = start(settings)
    await pair(before, phone)
    await stop(before)
    await control('/missed', { phone, announced: false })
    for (let i = 0; i < IN_ONE_CHAT; i++) await deliver(`question ${i}`, phone, ANA)
    for (let i = 0; i < CHATS; i++) await deliver('oi', phone, String(5_511_700_000_000 + i))

    const heard = (session: Session) => session.events('message.in').length
    const killed = start(settings)
    await until('in the middle', () => heard(killed) > 50)
    for (const pid of chromiumPids(profile()).slice(0, 1)) process.kill(pid, 'SIGKILL')
    assert.match(String(await killed.ended), /Chromium ended|browser|closed/i)
    assert.ok(heard(killed) < IN_ONE_CHAT + CHATS, 'it was killed in the middle')
    bury(killed)

    const session = start(settings)
    await until('all recorded', () => heard(session) >= IN_ONE_CHAT + CHATS, LONG_MS)
    await until('all answered', () => session.journal.intents.openCount() === 0, LONG_MS)
    assert.equal(heard(session), IN_ONE_CHAT + CHATS)
    const sent = (await control<JsonObject[]>(`/messages?phone=${phone}`)).filter(
      ({ direction }) => direction === 'out',
    )
    assert.equal(sent.length, CHATS + 1)
    assert.equal(new Set(sent.map(({ to }) => to)).size, CHATS + 1)
  },
)

test('chats that load slowly: starting until they are there, also right after the scan', real, async () => {
  await newFolder()
  const phone = '5511999991002'
  await control('/loading', { phone, loading: true })
  const first = start()
  const qr = await until('a QR code', async () => (await pairState(first)).qr)
  await control('/scan', { code: qr.code, phone })
  await state(first, 'starting')
  assert.equal((await pairState(first)).paired, false)
  await control('/loading', { phone, loading: false })
  await state(first, 'ready')
  await stop(first)

  await control('/loading', { phone, loading: true })
  const second = start()
  await state(second, 'starting')
  await control('/loading', { phone, loading: false })
  await state(second, 'ready')
  assert.ok(!second.reports.some((report) => report.state === 'pairing'))
})

test('unlinked while the session was away: it says so at once, and asks for a new pairing', real, async () => {
  await newFolder()
  const phone = '5511999991004'
  const before = start()
  await pair(before, phone)
  await stop(before)
  await control('/unpair', { phone })
  const session = start()
  await until('told', () => session.events('pairing.lost').length === 1)
  assert.equal(session.events('pairing.lost')[0]?.reason, 'unlinked from the phone')
  assert.ok(!session.reports.some((report) => report.state === 'degraded'))
  await pair(session, phone)
})

test(
  'a page that says for a while that it has no login: no code, no alarm, and ready once it comes round',
  real,
  async () => {
    await newFolder()
    const phone = '5511999991003'
    const session = start()
    await pair(session, phone)
    await control('/login', { phone, shown: false })
    await session.call('status')
    await until('degraded', () => session.now()?.state === 'degraded')
    assert.match(String(session.now()?.reason), /does not say that it was unlinked/)
    await deliver('are you there?', phone)
    await control('/login', { phone, shown: true })
    await state(session, 'ready')
    await until('the reply', () => session.events('message.out').length === 1)
    assert.deepEqual(session.events('pairing.lost'), [])
    assert.ok(
      !session.reports
        .slice(session.reports.findIndex((report) => report.state === 'ready'))
        .some((report) => report.state === 'pairing'),
    )

    // A person does not wait: a new code, and the old login stays until it is used.
    await control('/login', { phone, shown: false })
    await until('degraded', () => session.now()?.state === 'degraded')
    const qr = await until('a new code', async () => (await pairState(session)).qr)
    assert.ok(existsSync(join(folder(), 'browser-aside-1')))
    await control('/login', { phone, shown: true })
    await control('/scan', { code: qr.code, phone })
    await state(session, 'ready')
    assert.ok(!existsSync(join(folder(), 'browser-aside-1')))
  },
)
