// The engine on @wppconnect-team/wppconnect. The library has habits that would harm us (a handler that swallows
// rejections, signal handlers, shared option objects, no time limits): each is undone here and nowhere else.
import type { Whatsapp } from '@wppconnect-team/wppconnect'
import { messageOf } from '../../core/errors.js'
import { giveBackMemory } from '../../node/heap.js'
import { TimedOut, within } from '../../node/waits.js'
import { clearLocks, endChromium } from './chromium.js'
import { ChatUnknown, type Engine, type EngineOptions, type PageState, Refused, Unreachable } from './engine.js'
import { type Listening, loadLibrary, silence } from './library.js'
import { isRecord, readChat, readChatPage, readHistory, readMessage } from './messages.js'
import {
  chatsCall,
  chatsSinceCall,
  HEAR_LOGOUT,
  LOOK,
  messagesCall,
  PUSHNAME,
  type SendAnswer,
  sendCall,
  sentId,
  TELL_LOGOUT,
} from './page-calls.js'
import { createOptions } from './wppconnect-options.js'

const { mkdirSync } = process.getBuiltinModule('node:fs')

const OPEN_WITHIN_MS = 60_000
const ANSWER_WITHIN_MS = 10_000
/** WhatsApp's server acknowledges a message in a moment, or the network is gone. */
const SEND_WITHIN_MS = 20_000
const CLOSE_WITHIN_MS = 2_000
/** What opening a browser needs is over by then: a fifth of the session's memory. */
const GIVE_BACK_AFTER_MS = 3_000

export async function openWppconnect(options: EngineOptions): Promise<Engine> {
  const { profile, signal, on, log } = options
  // A browser of an earlier run that is still there would write the same profile: headless shells ignore the lock.
  await endChromium(profile)
  clearLocks(profile)
  mkdirSync(profile, { recursive: true, mode: 0o700 })

  let closing = false
  let reportDeath: (error: Error) => void = () => undefined
  const died = new Promise<Error>((resolve) => {
    reportDeath = resolve
  })
  const end = (reason: string) => {
    if (!closing) reportDeath(new Error(reason))
    on.hint()
  }
  signal.throwIfAborted()
  let half = null as Whatsapp | null
  const abandon = () => void endChromium(profile).catch((error) => log(messageOf(error)))
  signal.addEventListener('abort', abandon)
  try {
    const listening: Listening = {
      onClient: async (client) => {
        half = client
        await hearLogout(client, on)
      },
    }
    const create = createOptions(options, (status) => (status === 'browserClose' ? end('Chromium ended') : on.hint()))
    const creating = loadLibrary().create({ ...create, ...listening })
    const client = await answered('opening WhatsApp Web', creating, OPEN_WITHIN_MS)
    client.page.on('error', (error) => end(`the page crashed: ${error.message}`))
    client.page.on('load', on.reload)
    client.page.on('close', () => end('the page was closed'))
    // It would close the browser by itself, and rejects where nobody listens.
    client.page.browser().removeAllListeners('targetdestroyed')
    client.onStateChange(() => on.hint())
    const opened = setTimeout(giveBackMemory, GIVE_BACK_AFTER_MS).unref()
    client.onAnyMessage((raw) => {
      const message = readMessage(raw)
      if (message) on.message(message)
    })
    return engineOf(client, died, async () => {
      closing = true
      clearTimeout(opened)
      await closeClient(client, profile, log)
    })
  } catch (error) {
    await endChromium(profile)
    if (half) silence(half)
    const [code] = /net::ERR_\w+/.exec(messageOf(error)) ?? []
    throw code === undefined ? error : new Unreachable(`WhatsApp Web cannot be reached (${code})`)
  } finally {
    signal.removeEventListener('abort', abandon)
  }
}

/** Before the page is opened: one whose login was ended meanwhile tells so at once, and reloads. */
async function hearLogout({ page }: Whatsapp, on: EngineOptions['on']) {
  await page.exposeFunction(TELL_LOGOUT, (reason: unknown) => {
    on.loggedOut(typeof reason === 'string' ? reason.slice(0, 100) : null)
    on.hint()
  })
  await page.evaluateOnNewDocument(HEAR_LOGOUT)
}

function engineOf(client: Whatsapp, died: Promise<Error>, close: () => Promise<void>): Engine {
  let closed: Promise<void> | undefined
  const history: Engine['history'] = async (chat, limit, before) => {
    const reading = client.page.evaluate(messagesCall(chat, limit, before)) as Promise<unknown[]>
    return readHistory(await answered('reading a chat', reading).catch(throwUnknown))
  }
  return {
    died,
    look: () => answered('looking at the page', readPage(client)),
    async account() {
      const wid = await answered('reading the phone number', client.getWid() as Promise<unknown>)
      const phone = typeof wid === 'string' ? (/^(\d+)/.exec(wid)?.[1] ?? null) : null
      if (phone === null) return null
      const name = await answered('reading the name', client.page.evaluate(PUSHNAME))
      return { phone, name: typeof name === 'string' && name !== '' ? name : null }
    },
    markSeen: async (chat) => void (await answered('marking as seen', client.sendSeen(chat))),
    showTyping: async (chat, shown) =>
      void (await answered('showing "typing"', shown ? client.startTyping(chat) : client.stopTyping(chat))),
    async sendText(chat, text, key) {
      const sending = client.page.evaluate(sendCall(chat, text, key)) as Promise<SendAnswer>
      return sentId(await answered('sending', sending, SEND_WITHIN_MS).catch(throwRefused))
    },
    async chats(limit) {
      const rows = await answered('listing chats', client.page.evaluate(chatsCall(limit)) as Promise<unknown[]>)
      return rows.map(readChat).filter((row) => row !== null)
    },
    async chatsSince(sinceS, limit, from) {
      const listing = client.page.evaluate(chatsSinceCall(sinceS, limit, from)) as Promise<unknown>
      return readChatPage(await answered('listing chats', listing))
    },
    messages: async (chat, limit) => (await history(chat, limit, null)).messages,
    history,
    takeOver: async () => void (await answered('taking over', client.useHere())),
    logout: async () => void (await answered('logging out', client.logout())),
    close: () => {
      closed ??= close()
      return closed
    },
  }
}

async function readPage(client: Whatsapp): Promise<PageState | null> {
  try {
    return (await client.page.evaluate(LOOK)) as PageState | null
  } catch (error) {
    // Reloading: the old page's context is gone, the new one's not there yet.
    if (/context|navigat|detached/i.test(messageOf(error))) return null
    throw error
  }
}

async function closeClient(client: Whatsapp, profile: string, log: (message: string) => void) {
  // In this order: the page's storage is flushed by an orderly close; what does not close is killed.
  await answered('closing Chromium', client.close(), CLOSE_WITHIN_MS).catch((error) => log(messageOf(error)))
  await endChromium(profile)
  clearLocks(profile)
  silence(client)
}

function throwRefused(error: unknown): never {
  const text = reasonOf(error)
  if (
    !(error instanceof TimedOut) &&
    /chat.?not.?found|invalid.?wid|no lid for user|too.?long|must not be empty/i.test(text)
  ) {
    throw new Refused(text.slice(0, 200))
  }
  throw error instanceof Error ? error : new Error(text)
}

function throwUnknown(error: unknown): never {
  const text = reasonOf(error)
  if (/chat.?not.?found/i.test(text)) throw new ChatUnknown(text.slice(0, 200))
  throw error instanceof Error ? error : new Error(text)
}

/** The page's errors may arrive as plain objects with a code. */
const reasonOf = (error: unknown) =>
  isRecord(error) && typeof error.code === 'string' ? `${error.code}: ${messageOf(error)}` : messageOf(error)

/** The library puts no time limit on anything; a page that hangs would hang us. */
const answered = <T>(what: string, answer: Promise<T>, ms = ANSWER_WITHIN_MS): Promise<T> =>
  within(ms, answer, () => new TimedOut(`${what}: no answer within ${ms / 1000} s`))
