// While the store has not answered for a while, another home may have become the live one. Answers go on all the same.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { type TestContext, testContext } from '../../../test/session-context.js'
import { type FakeEngine, fakeEngine, messageOfAna, soon } from '../../../test/whatsapp-fakes.js'
import { openMemory } from './memory.js'
import type { Outgoing } from './outcomes.js'
import { createSender, type Sender } from './sender.js'

let folder: string
let context: TestContext<object>
let engine: FakeEngine
let sender: Sender

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'frota-lease-'))
  context = testContext({ folder, config: {} })
  const { journal, ctx } = context
  const now = () => new Date()
  const memory = openMemory(journal, now)
  sender = createSender({ journal, memory, log: ctx.log, now, typingMs: () => 0, isLeaseSure: ctx.lease.confirmed })
  engine = fakeEngine(null, [])
  context.leaseIsSure(false)
  await sender.attach(engine)
})
afterEach(async () => {
  await sender.detach()
  context.close()
  rmSync(folder, { recursive: true, force: true })
})

function answer(id: string, to: { chat?: string; t?: number } = {}) {
  const { chat, t } = messageOfAna({ id, ...to })
  const reply: Outgoing = { chat, text: 'Hello!', by: 'reply', after: { id, t } }
  context.journal.intents.plan(`reply:${id}`, 'reply', reply)
  sender.kick()
}
const settled = () => soon('settled', () => context.journal.intents.openCount() === 0)
const sends = () => engine.acts.filter((act) => act.startsWith('send'))

test('with the store away people are answered, after a look into the chat', async () => {
  engine.log.push(messageOfAna({ id: 'm1' }), messageOfAna({ id: 'm2' }))
  answer('m1')
  await settled()
  answer('m2')
  await settled()
  assert.deepEqual(sends(), ['send ana@c.us Hello!', 'send ana@c.us Hello!'])
  assert.ok(engine.acts.includes('read ana@c.us'))
})

test('what a copy in another home has answered is not answered again, whatever it wrote', async () => {
  engine.log.push(messageOfAna({ id: 'm1' }))
  engine.log.push(messageOfAna({ id: 'true_theirs', fromMe: true, text: 'Hi from elsewhere' }))
  answer('m1')
  await settled()
  assert.deepEqual(sends(), [])
  assert.deepEqual(context.events('message.out'), [])
})

test('an answer from before the message is none, and one from after it is, whatever its clock says', async () => {
  const t = 1_800_000_000
  const theirs = (id: string, change: object) => messageOfAna({ id, fromMe: true, text: 'Hi', ...change })
  engine.log.push(theirs('true_before', { t }), messageOfAna({ id: 'm1', t }))
  engine.log.push(messageOfAna({ id: 'b1', chat: 'bob@c.us', t }), theirs('true_b', { chat: 'bob@c.us', t: t - 60 }))
  answer('m1', { t })
  answer('b1', { t, chat: 'bob@c.us' })
  await settled()
  assert.deepEqual(sends(), ['send ana@c.us Hello!'])
})

test('where the message is too far back to be read, the time tells what came after it', async () => {
  const t = 1_800_000_000
  for (const [who, later] of [
    ['ana', -1],
    ['bob', 0],
    ['eve', 1],
  ] as const) {
    engine.log.push(messageOfAna({ id: `true_${who}`, chat: `${who}@c.us`, fromMe: true, text: 'Hi', t: t + later }))
    answer(`${who}1`, { t, chat: `${who}@c.us` })
  }
  await settled()
  assert.deepEqual(sends(), ['send ana@c.us Hello!'])
})

test('a chat that cannot be read meanwhile is answered later, not blindly', async () => {
  engine.log.push(messageOfAna({ id: 'm1' }))
  engine.faults.set('messages', new Error('no answer within 10 s'))
  answer('m1')
  await soon('tried', () => context.logs.some((line) => line.includes('a message waits')))
  assert.deepEqual(sends(), [])
  assert.equal(context.journal.intents.openCount(), 1)
})

test('an operator’s command goes to this copy and no other: it is carried out', async () => {
  const data: Outgoing = { chat: 'ana@c.us', text: 'promo', by: 'command', after: null }
  context.journal.intents.plan('send:1', 'send', data)
  sender.kick()
  await settled()
  assert.deepEqual(sends(), ['send ana@c.us promo'])
})
