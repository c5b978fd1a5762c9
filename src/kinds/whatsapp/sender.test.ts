import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { type TestContext, testContext } from '../../../test/session-context.js'
import { until } from '../../../test/whatsapp-client.js'
import { type FakeEngine, fakeEngine, messageOfAna } from '../../../test/whatsapp-fakes.js'
import { Refused } from './engine.js'
import { createInbox, type Inbox } from './inbox.js'
import { type Memory, openMemory } from './memory.js'
import { createSender, type Sender } from './sender.js'

const DAY_MS = 24 * 60 * 60 * 1000
const settings = { reply: 'fixed' as const, replyText: 'Hello!', replyGapSeconds: 0, ignoreGroups: true }
let folder: string
let context: TestContext<object>
let memory: Memory
let sender: Sender
let inbox: Inbox
let engine: FakeEngine
let nowMs: number
let config: typeof settings
let isLeaseSure: boolean
const errors: unknown[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'frota-sender-'))
  nowMs = Date.now()
  context = testContext({ folder, config: {}, now: () => new Date(nowMs) })
  config = settings
  isLeaseSure = true
  errors.length = 0
  assemble()
})
afterEach(async () => {
  await sender.detach()
  context.close()
  rmSync(folder, { recursive: true, force: true })
})

/** As a session that starts on what the journal holds. */
function assemble(log = engine?.log ?? []) {
  const now = () => new Date(nowMs)
  const { journal } = context
  memory = openMemory(journal, now)
  sender = createSender({
    journal,
    memory,
    log: context.ctx.log,
    now,
    typingMs: (text) => text.length,
    isLeaseSure: () => isLeaseSure,
  })
  inbox = createInbox({ journal, memory, sender, now, config: () => config, onError: (error) => errors.push(error) })
  engine = fakeEngine({ on: { message: inbox.push } } as never, log)
}

async function connect() {
  await sender.attach(engine)
  await inbox.catchUp(engine, new AbortController().signal)
  await inbox.open()
  sender.kick()
}

const idle = () => until('idle', () => context.journal.intents.openCount() === 0)
const outs = () => context.events('message.out')
const sends = () => engine.acts.filter((act) => act.startsWith('send'))

test('an incoming message is seen, typed at, and answered once, however often it is told of', async () => {
  engine.log.length = 0
  assemble([])
  await connect()
  const message = engine.hear({ id: 'm1' })
  inbox.push(message)
  await idle()
  await inbox.catchUp(engine, new AbortController().signal)
  assert.deepEqual(
    engine.acts.filter((act) => !/chats|read/.test(act)),
    ['seen ana@c.us', 'typing ana@c.us', 'paused ana@c.us', 'send ana@c.us Hello!'],
  )
  assert.deepEqual(
    outs().map(({ by }) => by),
    ['reply'],
  )
  assert.equal(context.events('message.in').length, 1)
})

test('what a crash left unsent is sent; what it left sent is not sent again', async () => {
  assemble([])
  await connect()
  engine.loseAnswer = true
  engine.hear({ id: 'm2' })
  await until('in doubt', () => context.logs.some((line) => line.includes('the answer was lost')))
  await sender.detach()
  // The message that was announced in between was ours: no person typed it.
  assemble()
  await connect()
  await idle()
  assert.deepEqual(sends(), [])
  assert.deepEqual(
    outs().map(({ by }) => by),
    ['reply'],
  )

  context.journal.intents.plan('reply:m3', 'reply', {
    chat: 'ana@c.us',
    text: 'Hello!',
    by: 'reply',
    after: { id: 'm3', t: 0 },
  })
  context.journal.intents.acting('reply:m3')
  engine.log.push(messageOfAna({ id: 'm3' }))
  memory.remember({ id: 'm3', chat: 'ana@c.us', direction: 'in', intent: 'reply:m3' })
  await sender.detach()
  assemble()
  await connect()
  await idle()
  assert.deepEqual(sends(), ['send ana@c.us Hello!'])
})

test('a clock that runs minutes ahead of WhatsApp’s does not send twice what a crash left in doubt', async () => {
  const sentAt = Math.floor(nowMs / 1000) - 5 * 60
  assemble([messageOfAna({ id: 'true_x', chat: '1@c.us', t: sentAt, fromMe: true, text: 'x' })])
  context.journal.intents.plan('send:x', 'send', { chat: '1@c.us', text: 'x', by: 'command', after: null })
  context.journal.intents.acting('send:x')
  await connect()
  await idle()
  assert.deepEqual(sends(), [])
})

test('while the chat cannot be looked up, what is in doubt waits: it is neither sent nor given up', async () => {
  assemble([messageOfAna({ id: 'm4' })])
  context.journal.intents.plan('reply:m4', 'reply', {
    chat: 'ana@c.us',
    text: 'Hello!',
    by: 'reply',
    after: { id: 'm4', t: 0 },
  })
  context.journal.intents.acting('reply:m4')
  memory.remember({ id: 'm4', chat: 'ana@c.us', direction: 'in', intent: 'reply:m4' })
  engine.faults.set('messages', new Error('no answer within 10 s'))
  await sender.attach(engine)
  sender.kick()
  await until('tried', () => context.logs.some((line) => line.includes('a message waits')))
  assert.deepEqual(sends(), [])
  assert.equal(context.journal.intents.openCount(), 1)

  nowMs += DAY_MS + 1_000
  sender.kick()
  await idle()
  assert.equal(context.events('intent.unknown').length, 1)
  assert.deepEqual(sends(), [])
})

test('a person’s answer on the phone meanwhile is enough: ours is not added to it', async () => {
  const t = Math.floor(nowMs / 1000)
  assemble([
    messageOfAna({ id: 'a1', t }),
    messageOfAna({ id: 'a2', t, fromMe: true, text: 'yes, dear' }),
    messageOfAna({ id: 'b1', t, chat: 'bob@c.us' }),
    messageOfAna({ id: 'g1', t, chat: '120363041234567890@g.us' }),
  ])
  await connect()
  await idle()
  assert.deepEqual(sends(), ['send bob@c.us Hello!'])
  assert.deepEqual(
    context.events('message.in').map(({ id }) => id),
    ['a1', 'b1'],
  )
  assert.deepEqual(
    outs().map(({ by, chat }) => [by, chat]),
    [
      ['phone', 'ana@c.us'],
      ['reply', 'bob@c.us'],
    ],
  )
})

test('messages from before pairing, and those of days ago, are not answered', async () => {
  const t = Math.floor(nowMs / 1000)
  assemble([
    messageOfAna({ id: 'old', t: t - 3 * 86_400, chat: 'old@c.us' }),
    messageOfAna({ id: 'late', t: t - 2 * 86_400 }),
  ])
  memory.pairedAt = nowMs - 2.5 * DAY_MS
  await connect()
  assert.deepEqual(
    context.events('message.in').map(({ id }) => id),
    ['late'],
  )
  assert.deepEqual(sends(), [])
})

test('replyGapSeconds: a chat is answered once in that time', async () => {
  assemble([])
  config = { ...settings, replyGapSeconds: 60 }
  await connect()
  engine.hear({ id: 'p1' })
  await idle()
  engine.hear({ id: 'p2' })
  engine.hear({ id: 'p3', chat: 'bob@c.us' })
  await idle()
  nowMs += 60_000
  engine.hear({ id: 'p4', t: Math.floor(nowMs / 1000) })
  await idle()
  assert.deepEqual(
    sends().map((act) => act.split(' ')[1]),
    ['ana@c.us', 'bob@c.us', 'ana@c.us'],
  )
  assert.equal(context.events('message.in').length, 4)
})

test('what WhatsApp refuses is told and not tried again', async () => {
  assemble([])
  engine.faults.set('sendText', new Refused('Chat not found for 1@c.us'))
  await sender.attach(engine)
  const outcome = sender.outcome('send:1', 5_000)
  context.journal.intents.plan('send:1', 'send', { chat: '1@c.us', text: 'x', by: 'command', after: null })
  sender.kick()
  assert.deepEqual(await outcome, { sent: false, why: 'Chat not found for 1@c.us' })
  assert.equal(context.events('message.refused').length, 1)
  assert.equal(context.journal.intents.openCount(), 0)
})

test('what WhatsApp refuses after it stood in the chat is not told as typed by a person', async () => {
  assemble([])
  engine.sendText = async (chat, text) => {
    await Promise.resolve() // the page is another process
    inbox.push({ ...messageOfAna({ id: 'true_refused', chat, text }), fromMe: true })
    throw new Refused('WhatsApp did not accept it')
  }
  await connect()
  engine.hear({ id: 'm-refused' })
  await until('told', () => context.events('message.refused').length === 1)
  await sender.detach()
  assert.deepEqual(outs(), [])
})

test('what waited for a day is not sent any more', async () => {
  assemble([])
  context.journal.intents.plan('send:late', 'send', { chat: '1@c.us', text: 'x', by: 'command', after: null })
  nowMs += DAY_MS + 1_000
  await connect()
  await idle()
  assert.deepEqual(sends(), [])
})

test('in one chat messages keep their order; other chats need not wait', async () => {
  assemble([])
  await connect()
  for (const [id, chat] of [
    ['o1', 'ana@c.us'],
    ['o2', 'ana@c.us'],
    ['o3', 'bob@c.us'],
  ] as const)
    engine.hear({ id, chat })
  await idle()
  assert.deepEqual(outs().filter(({ chat }) => chat === 'ana@c.us').length, 2)
  assert.equal(
    context.journal.db.prepare('SELECT count(*) AS n FROM kind_messages WHERE direction = ?').get('out')?.n,
    3,
  )
  assert.deepEqual(errors, [])
})

test('what is remembered of messages does not grow for ever', () => {
  for (const id of ['x1', 'x2']) memory.remember({ id, chat: 'ana@c.us', direction: 'in' })
  nowMs += 61 * DAY_MS
  memory.remember({ id: 'x3', chat: 'ana@c.us', direction: 'in' })
  memory.prune()
  assert.equal(memory.recall('x1'), undefined)
  assert.ok(memory.recall('x3'))
})

test('a send that failed is tried again by itself, in a moment', async () => {
  assemble([])
  const { sendText } = engine
  let tries = 0
  engine.sendText = (...sent) => {
    tries++
    return tries === 1 ? Promise.reject(new Error('Execution context was destroyed')) : sendText(...sent)
  }
  await connect()
  engine.hear({ id: 'again' })
  await until('failed', () => context.logs.some((line) => line.includes('a message waits')))
  nowMs += 3_000
  await idle()
  assert.deepEqual([tries, outs().length], [2, 1])
})
