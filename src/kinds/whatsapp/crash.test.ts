// `kill -9` at every moment of an answer: at each, the journal is copied as the disk would hold it, and a new session
// starts on the copy, with the chats as WhatsApp had them then.
import assert from 'node:assert/strict'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, test } from 'node:test'
import type { TestContext } from '../../../test/session-context.js'
import { until } from '../../../test/whatsapp-client.js'
import { type FakeEngine, messageOfAna } from '../../../test/whatsapp-fakes.js'
import { useSessions } from '../../../test/whatsapp-sessions.js'
import type { WhatsAppConfig } from './kind.js'
import type { WaMessage } from './messages.js'

interface Moment {
  name: string
  folder: string
  chats: WaMessage[]
}

const rig = useSessions({ typingMsPerChar: 1 })
const { start, end } = rig
let moments: Moment[]
beforeEach(() => {
  moments = []
})

/** Copies the journal before and after every write and every act. */
function watch({ journal }: TestContext<WhatsAppConfig>, engine: FakeEngine, folder: string) {
  const copy = (name: string) => {
    const to = join(rig.home, `${moments.length}`)
    cpSync(folder, to, { recursive: true })
    moments.push({ name, folder: to, chats: [...engine.log] })
  }
  const around = <In extends unknown[], Out>(name: string, work: (...input: In) => Out) => {
    return (...input: In): Out => {
      copy(`before ${name}`)
      const result = work(...input)
      if (!(result instanceof Promise)) copy(`after ${name}`)
      return result instanceof Promise
        ? (result.then((value) => {
            copy(`after ${name}`)
            return value
          }) as Out)
        : result
    }
  }
  const { acting } = journal.intents
  Object.assign(journal, { transaction: around('a transaction', journal.transaction.bind(journal)) })
  Object.assign(journal.intents, { acting: around('acting', acting.bind(journal.intents)) })
  engine.markSeen = around('seen', engine.markSeen)
  engine.showTyping = around('typing', engine.showTyping)
  engine.sendText = around('the send', engine.sendText)
}

test('killed at any moment of receiving, answering and sending, each message is answered once and told once', async () => {
  const folder = join(rig.home, 'first')
  const chats: WaMessage[] = []
  let engine: FakeEngine | undefined
  const first = start(folder, chats, (opened, context) => {
    engine = opened
    watch(context, opened, folder)
  })
  await until('ready', () => first.context.now()?.state === 'ready')
  for (const [id, chat] of [
    ['m1', 'ana@c.us'],
    ['m2', 'ana@c.us'],
    ['m3', 'bob@c.us'],
  ] as const)
    engine?.hear(messageOfAna({ id, chat }))
  await first.context.call('send', { to: '5511999990000', text: 'promo', id: 'p' })
  await until('all answered', () => first.context.events('message.out').length === 4)
  assert.ok(moments.length > 30, `${moments.length} moments`)

  for (const { name, folder, chats } of moments) {
    const again = start(folder, chats)
    const isDone = () => again.context.now()?.state === 'ready' && again.context.journal.intents.openCount() === 0
    await until(`an end after a kill ${name}`, isDone)
    const heard = chats.filter(({ fromMe }) => !fromMe).map(({ id }) => id)
    const replied = chats.filter(({ fromMe, text }) => fromMe && text === 'Hi')
    assert.equal(replied.length, heard.length, `killed ${name}: ${JSON.stringify(replied)}`)
    assert.ok(chats.filter(({ text }) => text === 'promo').length <= 1, `killed ${name}: the send was doubled`)
    const told = (type: string) => again.context.events(type).map(({ id }) => id)
    assert.deepEqual(told('message.in').toSorted(), heard.toSorted(), `killed ${name}`)
    const ours = chats.filter(({ fromMe }) => fromMe).map(({ id }) => id)
    assert.deepEqual(told('message.out').toSorted(), ours.toSorted(), `killed ${name}`)
    await end(again)
  }
})
