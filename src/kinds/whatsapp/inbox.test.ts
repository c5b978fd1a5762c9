import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { type TestContext, testContext } from '../../../test/session-context.js'
import { type FakeEngine, fakeEngine, messageOfAna } from '../../../test/whatsapp-fakes.js'
import { createInbox, type Inbox } from './inbox.js'
import { type Memory, openMemory } from './memory.js'
import type { WaMessage } from './messages.js'
import { createSender } from './sender.js'

const HOUR_MS = 60 * 60_000
let folder: string
let context: TestContext<object>
let memory: Memory
let inbox: Inbox
let nowMs: number

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'frota-inbox-'))
  nowMs = Date.now()
  const now = () => new Date(nowMs)
  context = testContext({ folder, config: {}, now })
  const { journal, ctx } = context
  memory = openMemory(journal, now)
  const sender = createSender({ journal, memory, log: ctx.log, now, typingMs: () => 0, isLeaseSure: () => true })
  const config = () => ({ reply: 'fixed' as const, replyText: 'Hello!', replyGapSeconds: 0, ignoreGroups: true })
  const onError = (error: unknown) => assert.fail(String(error))
  inbox = createInbox({ journal, memory, sender, now, config, onError })
})
afterEach(() => {
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
