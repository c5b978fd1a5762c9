// What arrived while nobody listened, and WhatsApp does not announce: it is only in the chats.
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { type TestContext, testContext } from '../../../test/session-context.js'
import { until } from '../../../test/whatsapp-client.js'
import { type FakeEngine, fakeEngine, messageOfAna } from '../../../test/whatsapp-fakes.js'
import type { EngineOptions } from './engine.js'
import { type WhatsAppConfig, whatsapp } from './kind.js'
import type { WaMessage } from './messages.js'
import { runOn } from './run.js'

const CHATS = 350
const IN_ONE_CHAT = 600
const config = whatsapp.config.parse({ reply: 'fixed', replyText: 'Hi', typingMaxMs: 0 }) as WhatsAppConfig
let home: string
let laterMs: number
let open: { context: TestContext<WhatsAppConfig>; ended: Promise<unknown> }[]

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'frota-catch-up-'))
  open = []
  laterMs = 0
})
afterEach(async () => {
  await Promise.all(open.map(end))
  rmSync(home, { recursive: true, force: true })
})

async function end({ context, ended }: (typeof open)[number]) {
  context.stop()
  await ended
  context.close()
}

/** @param chats what WhatsApp has */
function start(folder: string, chats: WaMessage[], spy: (engine: FakeEngine) => void = () => undefined) {
  const now = () => new Date(Date.now() + laterMs)
  const context = testContext({ folder, config, dirs: { browser: '/bin/chromium' }, now })
  const openEngine = async (options: EngineOptions) => {
    const engine = fakeEngine(options, chats)
    spy(engine)
    return engine
  }
  const session = { context, ended: runOn(openEngine, context.ctx).catch((error: unknown) => error) }
  open.push(session)
  return session
}

const oneChat = () => Array.from({ length: IN_ONE_CHAT }, (_, i) => messageOfAna({ id: `m${i}` }))
const manyChats = () =>
  Array.from({ length: CHATS }, (_, i) => messageOfAna({ id: `from${i}`, chat: `${5511000000000 + i}@c.us` }))
const heard = ({ context }: { context: TestContext<WhatsAppConfig> }) =>
  context.events('message.in').map(({ id }) => String(id))
const answers = (chats: WaMessage[]) => chats.filter(({ fromMe }) => fromMe).map(({ chat }) => chat)
const isDone = ({ context }: { context: TestContext<WhatsAppConfig> }) =>
  context.now()?.state === 'ready' && context.journal.intents.openCount() === 0

/** A session that was linked, and then away. */
async function linkedBefore(folder: string) {
  const session = start(folder, [])
  await until('ready', () => session.context.now()?.state === 'ready')
  open = []
  await end(session)
}

test(`of ${CHATS} people who wrote meanwhile each is answered once`, async () => {
  await linkedBefore(home)
  const chats = manyChats()
  const session = start(home, chats)
  await until('all answered', () => answers(chats).length >= CHATS && isDone(session))
  assert.deepEqual(
    answers(chats).toSorted(),
    manyChats().map(({ chat }) => chat),
  )
})

test(`of ${IN_ONE_CHAT} messages in one chat each is recorded once, in their order`, async () => {
  await linkedBefore(home)
  const session = start(home, oneChat())
  await until('all recorded', () => heard(session).length >= IN_ONE_CHAT)
  assert.deepEqual(
    heard(session),
    oneChat().map(({ id }) => id),
  )
})

test('killed in the middle of reading what arrived meanwhile, nothing is lost and nothing answered twice', async () => {
  const first = join(home, 'first')
  await linkedBefore(first)
  const long = oneChat()
    .slice(0, 250)
    .map((message) => ({ ...message, chat: '5510999999999@c.us' }))
  const chats = [...long, ...manyChats().slice(0, 120)]
  const all = chats.map(({ id }) => id).toSorted()
  const moments: { folder: string; chats: WaMessage[] }[] = []
  let reads = 0
  const session = start(first, chats, (engine) => {
    const { history } = engine
    engine.history = (...ask) => {
      // As the disk holds it at a kill -9: in the middle of the long chat, and of the many.
      if ([5, 80].includes(++reads)) {
        const folder = join(home, `killed-at-${reads}`)
        cpSync(first, folder, { recursive: true })
        moments.push({ folder, chats: [...engine.log] })
      }
      return history(...ask)
    }
  })
  await until('read', () => heard(session).length === all.length)
  open = []
  await end(session)
  assert.equal(moments.length, 2)
  for (const moment of moments) {
    const again = start(moment.folder, moment.chats)
    await until('all answered', () => answers(moment.chats).length >= all.length && isDone(again))
    assert.equal(answers(moment.chats).length, all.length, moment.folder)
    assert.deepEqual(heard(again).toSorted(), all, moment.folder)
  }
})

test('what cannot be read is said, and the time from which to read next stays where it was', async () => {
  await linkedBefore(home)
  const chats = manyChats()
  let isBroken = true
  let engine: FakeEngine | undefined
  const session = start(home, chats, (opened) => {
    engine = opened
    const { history } = opened
    opened.history = (chat, ...ask) =>
      isBroken && chat.startsWith('55110000001') ? Promise.reject(new Error('no answer')) : history(chat, ...ask)
  })
  const caughtUpTo = async () => ((await session.context.call('status')) as { caughtUpTo: string }).caughtUpTo
  const before = await caughtUpTo()
  await until('said', () => session.context.events('messages.unread').length === 1 || lookLater())
  assert.equal(await caughtUpTo(), before)
  assert.equal(session.context.events('messages.unread')[0]?.since, before)
  isBroken = false
  await until('all answered', () => (answers(chats).length >= CHATS && isDone(session)) || lookLater())
  assert.equal(answers(chats).length, CHATS)

  function lookLater() {
    laterMs += 1_000
    engine?.options?.on.hint()
    return false
  }
})
