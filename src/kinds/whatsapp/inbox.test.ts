import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { type TestContext, testContext } from '../../../test/session-context.js'
import { type FakeEngine, fakeEngine, messageOfAna } from '../../../test/whatsapp-fakes.js'
import { createInbox, type Inbox, type InboxParts } from './inbox.js'
import { type Memory, openMemory } from './memory.js'
import type { WaMessage } from './messages.js'
import { createSender } from './sender.js'

const HOUR_MS = 60 * 60_000
let folder: string
let context: TestContext<object>
let memory: Memory
let inbox: Inbox
let nowMs: number
let config: ReturnType<InboxParts['config']>
let errors: string[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'frota-inbox-'))
  nowMs = Date.now()
  const now = () => new Date(nowMs)
  context = testContext({ folder, config: {}, now })
  const { journal, ctx } = context
  memory = openMemory(journal, now)
  const sender = createSender({ journal, memory, log: ctx.log, now, typingMs: () => 0, isLeaseSure: () => true })
  config = { reply: 'fixed', replyText: 'Hello!', replyGapSeconds: 0, ignoreGroups: true }
  errors = []
  const onError = (error: unknown) => errors.push(String(error))
  inbox = createInbox({ journal, memory, sender, now, config: () => config, onError })
})
afterEach(() => {
  assert.deepEqual(errors, [])
  context.close()
  rmSync(folder, { recursive: true, force: true })
})

const never = new AbortController().signal
const seconds = (ms: number) => Math.floor(ms / 1000)
const engineWith = (...log: WaMessage[]): FakeEngine => fakeEngine(null, log)
const taken = () => context.events('message.in').map(({ id }) => id)
const planned = () => context.journal.intents.open({ type: 'reply' }).map(({ key }) => key)

test('a chat that cannot be read keeps nobody else waiting, and is not taken for read', async () => {
  const engine = engineWith(
    ...['ana', 'bob', 'eve'].map((who) => messageOfAna({ id: who, chat: `${who}@c.us`, t: seconds(nowMs) })),
  )
  const { history } = engine
  engine.history = (chat, ...ask) =>
    chat === 'ana@c.us' ? Promise.reject(new Error('reading a chat: no answer within 10 s')) : history(chat, ...ask)
  await assert.rejects(inbox.catchUp(engine, never), /no answer/)
  assert.deepEqual(taken(), ['bob', 'eve'])
  engine.history = history
  await inbox.catchUp(engine, never)
  assert.deepEqual(taken(), ['bob', 'eve', 'ana'])
})

test('a chat deleted while it was to be read is nothing to come back for', async () => {
  const engine = engineWith(messageOfAna({ id: 'bob', chat: 'bob@c.us' }))
  const { chatsSince } = engine
  engine.chatsSince = async (...ask) => {
    const { rows, next } = await chatsSince(...ask)
    return { rows: [{ id: 'gone@c.us', name: null, t: seconds(nowMs), unread: 1, group: false }, ...rows], next }
  }
  await inbox.catchUp(engine, never)
  assert.deepEqual(taken(), ['bob'])
})

test('a page that answers nothing is not asked for every chat', async () => {
  const engine = engineWith(
    ...Array.from({ length: 50 }, (_, i) => messageOfAna({ id: `m${i}`, chat: `${i}@c.us`, t: seconds(nowMs) })),
  )
  engine.faults.set('messages', new Error('no answer within 10 s'))
  let asked = 0
  const { history } = engine
  engine.history = (...ask) => {
    asked++
    return history(...ask)
  }
  await assert.rejects(inbox.catchUp(engine, never), /no answer/)
  assert.equal(asked, 3)
})

test('a message from long before pairing that WhatsApp announces as new is recorded, not answered', async () => {
  memory.pairedAt = nowMs
  await inbox.open()
  inbox.push(messageOfAna({ id: 'history', t: seconds(nowMs - 2 * HOUR_MS) }))
  inbox.push(messageOfAna({ id: 'new', t: seconds(nowMs) }))
  assert.deepEqual(taken(), ['history', 'new'])
  assert.deepEqual(planned(), ['reply:new'])
})

test('a clock that was ahead for a while loses no message', async () => {
  memory.pairedAt = nowMs - 100 * HOUR_MS
  memory.caughtUpTo = nowMs + 1_000 * HOUR_MS
  await inbox.catchUp(engineWith(messageOfAna({ id: 'm1', t: seconds(nowMs - HOUR_MS) })), never)
  assert.deepEqual(planned(), ['reply:m1'])

  memory.pairedAt = nowMs + 1_000 * HOUR_MS
  await inbox.open()
  inbox.push(messageOfAna({ id: 'm2', t: seconds(nowMs) }))
  await inbox.catchUp(engineWith(messageOfAna({ id: 'm3', t: seconds(nowMs), chat: 'bob@c.us' })), never)
  assert.deepEqual(planned(), ['reply:m1', 'reply:m2', 'reply:m3'])
})

test('what a person answered on the phone needs no answer of ours, also when we knew of it, and much came before and after', async () => {
  const at = (i: number) => messageOfAna({ id: `m${i}`, t: seconds(nowMs) })
  const log = Array.from({ length: 450 }, (_, i) => at(i))
  log[230] = { ...at(230), id: 'true_typed', fromMe: true, text: 'yes, dear' }
  memory.remember({ id: 'true_typed', chat: 'ana@c.us', direction: 'phone' })
  await inbox.catchUp(engineWith(...log), never)
  assert.equal(taken().length, 449)
  assert.deepEqual(
    planned(),
    log.slice(231).map(({ id }) => `reply:${id}`),
  )
})

test('what comes while nobody may take it is kept, in its order; what was kept for a browser that ended is not', async () => {
  const hear = (id: string) => inbox.push(messageOfAna({ id, t: seconds(nowMs) }))
  hear('a')
  assert.deepEqual(taken(), [])
  await inbox.open()
  hear('b')
  assert.deepEqual(taken(), ['a', 'b'])
  inbox.hold()
  hear('c')
  assert.deepEqual(taken(), ['a', 'b'])
  await inbox.open()
  assert.deepEqual(taken(), ['a', 'b', 'c'])
  inbox.shut()
  hear('d')
  inbox.shut()
  await inbox.open()
  assert.deepEqual(taken(), ['a', 'b', 'c'])
})

test('a thousand messages are kept; of more it is told that they must be read from their chats', async () => {
  for (let i = 0; i < 1_000; i++) inbox.push(messageOfAna({ id: `m${i}`, t: seconds(nowMs) }))
  assert.deepEqual(errors, [])
  inbox.push(messageOfAna({ id: 'one-more', t: seconds(nowMs) }))
  assert.match(errors.splice(0).join(), /^Error: 1000 messages arrived before they could be taken up/)
  await inbox.open()
  assert.deepEqual(taken(), [])
})

test('groups are taken up and answered when they are not to be ignored; else they are not even read', async () => {
  const group = { id: 'g', chat: '120363041234567890@g.us', t: seconds(nowMs) }
  const engine = engineWith(messageOfAna(group), messageOfAna({ id: 'a', t: seconds(nowMs) }))
  await inbox.catchUp(engine, never)
  assert.deepEqual(taken(), ['a'])
  assert.ok(!engine.acts.includes(`read ${group.chat}`))
  await inbox.open()
  inbox.push(messageOfAna(group))
  assert.deepEqual(taken(), ['a'])
  config = { ...config, ignoreGroups: false }
  await inbox.catchUp(engine, never)
  assert.deepEqual(taken(), ['a', 'g'])
  assert.deepEqual(planned(), ['reply:a', 'reply:g'])
})

test('our own answer in a chat is no person’s: what came before it and was missed is answered', async () => {
  memory.remember({ id: 'true_ours', chat: 'ana@c.us', direction: 'out' })
  const [missed, ours] = [messageOfAna({ id: 'missed' }), messageOfAna({ id: 'true_ours', fromMe: true })]
  await inbox.catchUp(engineWith(missed, ours), never)
  assert.deepEqual(planned(), ['reply:missed'])
})

test('a message that was not answered does not lengthen the gap to the next answer', async () => {
  config = { ...config, replyGapSeconds: 60 }
  await inbox.open()
  for (const [id, laterMs] of [
    ['a', 0],
    ['b', 30_000],
    ['c', 30_000],
  ] as const) {
    nowMs += laterMs
    inbox.push(messageOfAna({ id, t: seconds(nowMs) }))
  }
  assert.deepEqual(planned(), ['reply:a', 'reply:c'])
})

test('reply off: messages are recorded and not answered', async () => {
  config = { ...config, reply: 'off' }
  await inbox.open()
  inbox.push(messageOfAna({ id: 'a', t: seconds(nowMs) }))
  assert.deepEqual([taken(), planned()], [['a'], []])
})

test('a message of yesterday is answered until it is a day old; one of before pairing, when the clocks may differ', async () => {
  nowMs = seconds(nowMs) * 1000
  await inbox.open()
  for (const [id, ago] of [
    ['a day', 24 * 3600],
    ['older', 24 * 3600 + 1],
  ] as const)
    inbox.push(messageOfAna({ id, t: seconds(nowMs) - ago }))
  memory.pairedAt = nowMs
  for (const [id, ago] of [
    ['ten minutes', 600],
    ['history', 601],
  ] as const)
    inbox.push(messageOfAna({ id, t: seconds(nowMs) - ago }))
  assert.deepEqual(planned(), ['reply:a day', 'reply:ten minutes'])
})

test('without a gap between replies a clock that is set back holds none back', async () => {
  await inbox.open()
  inbox.push(messageOfAna({ id: 'a', t: seconds(nowMs) }))
  nowMs -= HOUR_MS
  inbox.push(messageOfAna({ id: 'b', t: seconds(nowMs) }))
  assert.deepEqual(planned(), ['reply:a', 'reply:b'])
})

test('what a person typed on the phone is recorded once, however often it is told of', async () => {
  await inbox.open()
  const typed = messageOfAna({ id: 'true_typed', fromMe: true, text: 'yes, dear' })
  for (let i = 0; i < 2; i++) {
    inbox.push(typed)
    await setImmediate()
  }
  assert.deepEqual(
    context.events('message.out').map(({ id, by }) => [id, by]),
    [['true_typed', 'phone']],
  )
})

test('catching up looks back to pairing, and to ten minutes before the last time, no further', async () => {
  nowMs = seconds(nowMs) * 1000
  const at = (who: string, minutes: number) =>
    messageOfAna({ id: who, chat: `${who}@c.us`, t: seconds(nowMs) - minutes * 60 })
  const engine = engineWith(at('now', 0), at('five', 5), at('hour', 60))
  memory.pairedAt = nowMs
  await inbox.catchUp(engine, never)
  assert.deepEqual(taken(), ['now'])
  memory.pairedAt = nowMs - 100 * HOUR_MS
  memory.caughtUpTo = nowMs
  await inbox.catchUp(engine, never)
  assert.deepEqual(taken(), ['now', 'five'])
})
