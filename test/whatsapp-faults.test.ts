// The WhatsApp kind with real parts: what happens to its browser, its page, its network.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { chromiumPids } from '../src/kinds/whatsapp/chromium.js'
import { until } from './whatsapp-client.js'
import {
  ANA,
  bury,
  control,
  deliver,
  endpoint,
  folder,
  newFolder,
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
  await until('both settled', () => session.journal.intents.openCount() === 0)
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
  bury(first)

  const second = start()
  await state(second, 'ready')
  for (const pid of chromiumPids(profile()).slice(0, 1)) process.kill(pid, 'SIGKILL')
  assert.match(String(await second.ended), /Chromium ended/)
  assert.deepEqual(chromiumPids(profile()), [])
  bury(second)

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

test(
  'WhatsApp Web away when the session starts: it says so, and comes up by itself once it is back',
  real,
  async () => {
    await newFolder()
    const session = start({ endpoint: 'https://127.0.0.1:1' })
    await state(session, 'degraded')
    assert.match(String(session.now()?.reason), /cannot be reached \(net::ERR_/)
    session.configure({ ...session.ctx.config, endpoint: endpoint() })
    await state(session, 'pairing')
  },
)

test('a page that reloads in the middle of an answer: answered once, and the session stays', real, async () => {
  await newFolder()
  const phone = '5511999990008'
  const session = start({ typingMsPerChar: 50 })
  await pair(session, phone)
  const [before] = chromiumPids(profile())
  const states = () => session.journal.intents.open({ type: 'reply' }).map((intent) => intent.state)
  const replies = () => session.events('message.out').length
  const moments = {
    typing: () => states().includes('planned'),
    sending: () => states().includes('acting'),
    sent: () => replies() === 3,
  }
  for (const [at, [moment, isThere]] of Object.entries(moments).entries()) {
    await deliver(`question ${at}`, phone)
    await until(moment, () => isThere() || replies() > at)
    await control('/reload', { phone })
    await until('the reply', () => replies() === at + 1)
  }
  assert.equal(await sent('Already with you!', phone), 3)
  assert.equal(session.events('message.in').length, 3)
  assert.equal(chromiumPids(profile())[0], before)
  await state(session, 'ready')
})

test('stopping at any moment leaves no process, timer or pipe behind', real, async () => {
  await newFolder()
  const resources = () => process.getActiveResourcesInfo().filter((name) => /Process|Pipe|Timeout/.test(name)).length
  const before = resources()
  const pages = async () => (await control<{ unpairedPages: { qr: string | null }[] }>('/state')).unpairedPages
  const moments: ((session: Session) => Promise<unknown>)[] = [
    () => Promise.resolve(),
    () => until('a browser', () => chromiumPids(profile()).length > 0),
    () => until('a page', async () => (await pages()).length > 0),
    (session) => until('a code', async () => (await pairState(session)).qr),
    (session) => state(session, 'pairing'),
  ]
  for (const moment of moments) {
    await until('no page of the last one', async () => (await pages()).length === 0)
    const session = start()
    await moment(session)
    await stop(session)
    assert.deepEqual(chromiumPids(profile()), [])
  }
  await until('all let go of', () => resources() <= before)
  const marked = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandLine(pid).includes(folder()))
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
