import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createContext, runInContext } from 'node:vm'
import { Refused } from './engine.js'
import {
  chatsCall,
  chatsSinceCall,
  HEAR_LOGOUT,
  LOOK,
  messagesCall,
  sendCall,
  sentId,
  TELL_LOGOUT,
} from './page-calls.js'

const ANA = '5511888880000@c.us'
const LID = '123456789012345@lid'

/** A page with as much of wa-js as the calls touch. */
function pageWith(parts: {
  chats?: string[]
  exists?: object | null
  send?: (to: string, text: string) => unknown
  messages?: unknown[]
  list?: unknown[]
}) {
  const { chats = [ANA], exists = { wid: ANA }, send = () => undefined, messages = [], list = [] } = parts
  const read: string[] = []
  const page = createContext({
    WPP: {
      isReady: true,
      conn: { isOnline: () => true, isMainReady: () => true, isRegistered: async () => true },
      chat: {
        get: (id: string) => (chats.includes(id) ? { id } : undefined),
        list: async () => list,
        sendTextMessage: async (...sent: [string, string]) => send(...sent),
      },
      contact: {
        queryExists: async () => exists,
        getPnLidEntry: async () => ({ lid: { _serialized: LID }, phoneNumber: { _serialized: ANA } }),
      },
    },
    WAPI: { getMessages: async (chat: string) => read.push(chat) && messages },
    document: { querySelector: () => null },
  })
  runInContext('globalThis.window = globalThis', page)
  return { run: (call: string) => runInContext(call, page) as Promise<unknown>, read, page }
}

test('a send that hangs and is asked for again is one message, and both get its answer', async () => {
  let count = 0
  const { promise: network, resolve: back } = Promise.withResolvers<void>()
  const { run } = pageWith({
    send: async (to) => {
      await network
      count++
      return { id: `true_${to}_${count}`, ack: 1 }
    },
  })
  const [first, second] = [run(sendCall(ANA, 'oi', 'reply:1')), run(sendCall(ANA, 'oi', 'reply:1'))]
  const other = run(sendCall(ANA, 'oi', 'reply:2'))
  back()
  assert.deepEqual(await second, await first)
  assert.notDeepEqual(await other, await first)
  assert.deepEqual(await run(sendCall(ANA, 'oi', 'reply:1')), await first)
  assert.equal(count, 2)
})

test('a send that failed may be tried again', async () => {
  let fails = true
  const { run } = pageWith({
    send: () => {
      if (fails) throw new Error('no')
      return { id: 'true_1', ack: 1, sendMsgResult: { messageSendResult: 'OK' } }
    },
  })
  await assert.rejects(run(sendCall(ANA, 'oi', 'a')), /no/)
  fails = false
  assert.deepEqual({ ...((await run(sendCall(ANA, 'oi', 'a'))) as object) }, { id: 'true_1', ack: 1, result: 'OK' })
})

test('whom nobody has written to is looked up: reached by their LID; a number that is not on WhatsApp is refused', async () => {
  const sentTo: string[] = []
  const send = (to: string) => {
    sentTo.push(to)
    return { id: 'x', ack: 1 }
  }
  await pageWith({ chats: [], exists: { wid: ANA, lid: LID }, send }).run(sendCall(ANA, 'oi', 'a'))
  const refused = await pageWith({ chats: [], exists: null, send }).run(sendCall(ANA, 'oi', 'a'))
  assert.deepEqual({ ...(refused as object) }, { refused: `Chat not found for ${ANA}` })
  assert.deepEqual(sentTo, [LID])
})

test('a chat is read under whichever of its two names WhatsApp has it', async () => {
  const page = pageWith({ chats: [LID] })
  await page.run(messagesCall(ANA, 5))
  await page.run(messagesCall(LID, 5))
  assert.deepEqual(page.read, [LID, LID])
})

test('of media no pictures are carried over, of chats no more than their rows', async () => {
  const { run } = pageWith({
    messages: [{ id: 'a', type: 'image', body: 'base64', caption: 'look', isMedia: true }, undefined],
    list: [{ id: { toString: () => ANA }, name: 'Ana', t: 5, unreadCount: 1, msgs: ['…'], contact: { pushname: 'A' } }],
  })
  const [message] = (await run(messagesCall(ANA, 5))) as Record<string, unknown>[]
  assert.deepEqual([message?.id, message?.body, message?.caption], ['a', undefined, 'look'])
  const [chat] = (await run(chatsCall(5))) as Record<string, unknown>[]
  assert.deepEqual([chat?.id, chat?.name, chat?.unreadCount, chat?.msgs], [ANA, 'Ana', 1, undefined])
})

test('what is sent is text to the page, whatever it holds', async () => {
  const texts: string[] = []
  const { run } = pageWith({ send: (_, text) => ({ id: String(texts.push(text)), ack: 1 }) })
  const hostile = '`$' + '{1}` \u2028 "); alert(1) // </script> \u0000 \u202e \\'
  await run(sendCall(ANA, hostile, 'h'))
  assert.deepEqual(texts, [hostile])
})

test('a login that the page has not read yet is waited for, not taken for none', async () => {
  const look = (await pageWith({}).run(LOOK)) as { registered: boolean }
  assert.equal(look.registered, true)
})

test('a message that WhatsApp took into the chat and then refused was not sent', () => {
  assert.equal(sentId({ id: 'true_1', ack: 1, result: 'OK' }), 'true_1')
  assert.throws(() => sentId({ id: 'true_1', ack: -1, result: 'ERROR_UNKNOWN' }), Refused)
  assert.throws(() => sentId({ refused: 'Chat not found' }), Refused)
  assert.throws(
    () => sentId({ id: 'true_1', ack: 0, result: 'ERROR_NETWORK' }),
    (error) => error instanceof Error && !(error instanceof Refused),
    'it may still go out: that is looked up',
  )
})

test('chats are listed in parts by an order that new messages do not change, and none is left out', async () => {
  const chat = (id: string, t: number) => ({ id, t, unreadCount: 1 })
  const list = [chat('c@c.us', 9), chat('a@c.us', 7), chat('old@c.us', 1), chat('b@c.us', 8), chat('d@c.us', 5)]
  const { run } = pageWith({ list })
  const found: string[] = []
  let from: string | null = null
  do {
    const part = (await run(chatsSinceCall(5, 3, from))) as { rows: { id: string }[]; next: string | null }
    found.push(...Array.from(part.rows, ({ id }) => id))
    list.unshift(chat('a@c.us', 10)) // somebody writes meanwhile
    list.splice(2, 1)
    from = part.next
  } while (from !== null)
  assert.deepEqual(found, ['a@c.us', 'b@c.us', 'c@c.us', 'd@c.us'])
})

test('a log-out is told with WhatsApp’s reason, also by a page that gets wa-js late', async () => {
  const listeners: [string, (value?: unknown) => void][] = []
  const told: unknown[] = []
  const { run, page } = pageWith({})
  const { WPP } = page
  const waits: (() => void)[] = []
  Object.assign(page, { WPP: undefined, top: page.window, setTimeout: (work: () => void) => waits.push(work) })
  page[TELL_LOGOUT] = (reason: unknown) => told.push(reason)
  await run(HEAR_LOGOUT)
  Object.assign(page, {
    WPP: { ...WPP, on: (event: string, listener: () => void) => listeners.push([event, listener]) },
  })
  for (const work of waits.splice(0)) work()
  for (const [event, listener] of listeners) if (event === 'conn.logout_reason') listener('unknown_companion')
  for (const [event, listener] of listeners) if (event === 'conn.logout') listener()
  assert.deepEqual(told, ['unknown_companion'])
})
