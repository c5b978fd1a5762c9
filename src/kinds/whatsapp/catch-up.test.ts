// What arrived while nobody listened, and WhatsApp does not announce: it is only in the chats.
import assert from 'node:assert/strict'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, test } from 'node:test'
import { until } from '../../../test/whatsapp-client.js'
import { type FakeEngine, messageOfAna } from '../../../test/whatsapp-fakes.js'
import { type Session, useSessions } from '../../../test/whatsapp-sessions.js'
import type { WaMessage } from './messages.js'

const CHATS = 350
const IN_ONE_CHAT = 600
let laterMs = 0
const rig = useSessions({ typingMaxMs: 0 }, () => new Date(Date.now() + laterMs))
const { start, end } = rig
beforeEach(() => {
  laterMs = 0
})

const oneChat = () => Array.from({ length: IN_ONE_CHAT }, (_, i) => messageOfAna({ id: `m${i}` }))
const manyChats = () =>
  Array.from({ length: CHATS }, (_, i) => messageOfAna({ id: `from${i}`, chat: `${5511000000000 + i}@c.us` }))
const heard = ({ context }: Session) => context.events('message.in').map(({ id }) => String(id))
const answers = (chats: WaMessage[]) => chats.filter(({ fromMe }) => fromMe).map(({ chat }) => chat)
const isDone = ({ context }: Session) => context.now()?.state === 'ready' && context.journal.intents.openCount() === 0

/** A session that was linked, and then away. */
async function linkedBefore(folder: string) {
  const session = start(folder, [])
  await until('ready', () => session.context.now()?.state === 'ready')
  await end(session)
}

test(`of ${CHATS} people who wrote meanwhile each is answered once`, async () => {
  await linkedBefore(rig.home)
  const chats = manyChats()
  const session = start(rig.home, chats)
  await until('all answered', () => answers(chats).length >= CHATS && isDone(session))
  assert.deepEqual(
    answers(chats).toSorted(),
    manyChats().map(({ chat }) => chat),
  )
})

test(`of ${IN_ONE_CHAT} messages in one chat each is recorded once, in their order`, async () => {
  await linkedBefore(rig.home)
  const session = start(rig.home, oneChat())
  await until('all recorded', () => heard(session).length >= IN_ONE_CHAT)
  assert.deepEqual(
    heard(session),
    oneChat().map(({ id }) => id),
  )
})

test('killed in the middle of reading what arrived meanwhile, nothing is lost and nothing answered twice', async () => {
  const first = join(rig.home, 'first')
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
        const folder = join(rig.home, `killed-at-${reads}`)
        cpSync(first, folder, { recursive: true })
        moments.push({ folder, chats: [...engine.log] })
      }
      return history(...ask)
    }
  })
  await until('read', () => heard(session).length === all.length)
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
  await linkedBefore(rig.home)
  const chats = manyChats()
  let isBroken = true
  let engine: FakeEngine | undefined
  const session = start(rig.home, chats, (opened) => {
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
