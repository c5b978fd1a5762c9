// What the sender has in hand: how many at once, what waits, what a stop leaves, and whose a message on our phone is.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { type TestContext, testContext } from '../../../test/session-context.js'
import { type FakeEngine, fakeEngine, messageOfAna, soon } from '../../../test/whatsapp-fakes.js'
import { Refused } from './engine.js'
import { type Memory, openMemory } from './memory.js'
import { createSender, type Sender } from './sender.js'

const DAY_MS = 24 * 60 * 60 * 1000
let folder: string
let context: TestContext<object>
let memory: Memory
let engine: FakeEngine
let sender: Sender
let nowMs: number
let typingMs: number
let isLeaseSure: boolean
const gates: (() => void)[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'frota-sender-hand-'))
  nowMs = Date.now()
  typingMs = 0
  isLeaseSure = true
  const now = () => new Date(nowMs)
  context = testContext({ folder, config: {}, now })
  const { journal, ctx } = context
  memory = openMemory(journal, now)
  sender = createSender({
    ...{ journal, memory, log: ctx.log, now },
    typingMs: () => typingMs,
    isLeaseSure: () => isLeaseSure,
  })
  engine = fakeEngine()
})
afterEach(async () => {
  for (const go of gates.splice(0)) go()
  await sender.detach()
  context.close()
  rmSync(folder, { recursive: true, force: true })
})

async function begin() {
  await sender.attach(engine)
  sender.kick()
}

function command(key: string, chat = 'ana@c.us', text = 'promo') {
  context.journal.intents.plan(key, 'send', { chat, text, by: 'command', after: null })
}

function reply(id: string) {
  const { chat, t } = messageOfAna({ id })
  context.journal.intents.plan(`reply:${id}`, 'reply', { chat, text: 'Hello!', by: 'reply', after: { id, t } })
}

/** Calls of this name wait until they are let go. */
function hold(name: 'sendText' | 'markSeen' | 'messages') {
  const gate = Promise.withResolvers<void>()
  gates.push(gate.resolve)
  const begun: string[] = []
  const act = engine[name] as (...ask: unknown[]) => Promise<unknown>
  const held = async (...ask: unknown[]) => {
    begun.push(String(ask[0]))
    await gate.promise
    return act(...ask)
  }
  Object.assign(engine, { [name]: held })
  return { begun, go: gate.resolve, fail: gate.reject }
}

/** Whatever is ready to happen has happened. */
async function turns() {
  for (let turn = 0; turn < 5; turn++) await setImmediate()
}
const isIdle = () => context.journal.intents.openCount() === 0
const states = (type: string) => context.journal.intents.open({ type }).map(({ state }) => state)
const sends = () => engine.acts.filter((act) => act.startsWith('send'))

test('four chats are written to at once; a long row for one chat keeps no other waiting', async () => {
  for (let i = 0; i < 60; i++) command(`send:ana${i}`)
  for (const who of ['bob', 'eve', 'joe', 'zoe']) command(`send:${who}`, `${who}@c.us`)
  const sending = hold('sendText')
  await begin()
  await turns()
  assert.deepEqual(sending.begun, ['ana@c.us', 'bob@c.us', 'eve@c.us', 'joe@c.us'])
  sending.go()
  await soon('idle', isIdle)
  assert.equal(sends().length, 64)
})

test('what failed is tried again when its time has come, and not before', async () => {
  let tries = 0
  engine.sendText = async () => {
    tries++
    throw new Error('Execution context was destroyed')
  }
  command('send:1')
  await begin()
  await turns()
  for (const [laterMs, expected] of [
    [0, 1],
    [1_999, 1],
    [1, 2],
    [9_999, 2],
    [1, 3],
  ] as const) {
    nowMs += laterMs
    sender.kick()
    await turns()
    assert.equal(tries, expected, `${laterMs} ms later`)
  }
})

test('what waited for a day and no longer is sent', async () => {
  command('send:1')
  nowMs += DAY_MS
  await begin()
  await soon('idle', isIdle)
  assert.deepEqual(engine.acts, ['send ana@c.us promo'], 'nobody wrote to us, and nothing is to be typed')
})

test('a stop leaves a message that is not yet sent as it was planned, and asks nothing more of the browser', async () => {
  typingMs = 60_000
  isLeaseSure = false // else the chat would be read before it is sent
  reply('m1')
  await begin()
  await turns()
  await sender.detach()
  assert.deepEqual([engine.acts, states('reply')], [['seen ana@c.us', 'typing ana@c.us'], ['planned']])

  engine = fakeEngine()
  const seen = hold('markSeen')
  await begin()
  const stopped = sender.detach()
  seen.go()
  await stopped
  assert.deepEqual([engine.acts, states('reply')], [['seen ana@c.us'], ['planned']])
})

test('a stop while the chat is read for an answer from elsewhere leaves the message planned, too', async () => {
  isLeaseSure = false
  engine.log.push(messageOfAna({ id: 'm1' }))
  reply('m1')
  const reading = hold('messages')
  await begin()
  await turns()
  assert.deepEqual(reading.begun, ['ana@c.us'])
  const stopped = sender.detach()
  reading.go()
  await stopped
  assert.deepEqual([sends(), states('reply')], [[], ['planned']])
})

test('a message whose browser closes under it is in doubt, and looked up in the next one', async () => {
  command('send:1')
  const sending = hold('sendText')
  await begin()
  await turns()
  const stopped = sender.detach()
  sending.fail(new Error('Target closed'))
  await stopped
  assert.deepEqual([states('send'), context.logs], [['acting'], []])
  engine = fakeEngine(null, [messageOfAna({ id: 'true_1', text: 'promo', fromMe: true })])
  await begin()
  assert.deepEqual([isIdle(), sends()], [true, []])
})

test('in doubt and its chat is not there: a chat that was to begin is begun, one that had written is gone', async () => {
  command('send:1', 'new@c.us')
  reply('m1')
  for (const key of ['send:1', 'reply:m1']) context.journal.intents.acting(key)
  await begin()
  await soon('idle', isIdle)
  assert.deepEqual(sends(), ['send new@c.us promo'])
  assert.deepEqual(
    context.events('intent.unknown').map(({ key, why }) => [key, why]),
    [['reply:m1', 'the chat is gone']],
  )
})

test('what could not be looked up at once is looked up later, and nothing more is done when it was sent', async () => {
  command('send:1')
  context.journal.intents.acting('send:1')
  engine.faults.set('messages', new Error('no answer within 10 s'))
  engine.log.push(messageOfAna({ id: 'true_1', text: 'promo', fromMe: true }))
  await begin()
  await turns()
  const waits = context.logs.length
  engine.faults.clear()
  nowMs += 2_000
  sender.kick()
  await soon('idle', isIdle)
  await turns()
  assert.deepEqual([engine.acts, context.logs.length], [['read ana@c.us'], waits])
})

test('a chat that cannot be read for a day: nobody can tell any more, and that is said', async () => {
  reply('m1')
  context.journal.intents.acting('reply:m1')
  engine.faults.set('messages', new Error('no answer within 10 s'))
  nowMs += DAY_MS
  await begin()
  await turns()
  assert.deepEqual(states('reply'), ['acting'])
  nowMs += 10_000
  const waits = context.logs.length
  sender.kick()
  await turns()
  assert.equal(context.logs.length, waits, 'and nothing more is tried')
  assert.deepEqual(
    context.events('intent.unknown').map(({ why }) => why),
    ['the chat could not be read for 24 hours'],
  )
})

test('what a person types on the phone is theirs, also the words that we are sending to somebody else', async () => {
  const typed = (chat: string, text: string) => messageOfAna({ id: `true_${chat}_${text}`, chat, text, fromMe: true })
  for (const failure of [null, new Error('Execution context was destroyed')]) {
    engine = fakeEngine()
    command(`send:${failure}`)
    const sending = hold('sendText')
    await begin()
    await turns()
    assert.equal(await sender.isOurs(typed('ana@c.us', 'something else')), false, 'at once')
    const isOurs = sender.isOurs(typed('bob@c.us', 'promo'))
    if (failure) sending.fail(failure)
    else sending.go()
    assert.equal(await isOurs, false)
  }
})

test('our own message is announced before we are told its id, or after a crash: it is ours and closes its intent', async () => {
  const id = Promise.withResolvers<string>()
  engine.sendText = () => id.promise
  command('send:1')
  await begin()
  await turns()
  const isOurs = sender.isOurs(messageOfAna({ id: 'true_1', text: 'promo', fromMe: true }))
  id.resolve('true_1')
  assert.equal(await isOurs, true)
  await sender.detach()
  command('send:2', 'bob@c.us', 'hello')
  context.journal.intents.acting('send:2')
  const announced = messageOfAna({ id: 'true_2', chat: 'bob@c.us', text: 'hello', fromMe: true })
  assert.deepEqual([await sender.isOurs(announced), isIdle()], [true, true])
  assert.deepEqual(
    context.events('message.out').map(({ id, by }) => [id, by]),
    [
      ['true_1', 'command'],
      ['true_2', 'command'],
    ],
  )
})

test('a message that is known to be ours, or that a refusal left in the chat, is ours', async () => {
  const message = messageOfAna({ id: 'true_1', text: 'promo', fromMe: true })
  command('send:1')
  const sending = hold('sendText')
  await begin()
  await turns()
  memory.remember({ id: 'true_0', chat: 'ana@c.us', direction: 'out' })
  assert.equal(await sender.isOurs({ ...message, id: 'true_0' }), true, 'at once')
  const isOurs = sender.isOurs({ ...message, text: ' promo\n' })
  sending.fail(new Refused('WhatsApp did not accept it'))
  assert.equal(await isOurs, true)
})
