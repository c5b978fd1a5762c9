// A WhatsApp Web of a few lines for the kind's unit tests: chats in memory, and faults on demand.
import { setImmediate } from 'node:timers/promises'
import { ChatUnknown, type Engine, type EngineOptions, type PageState } from '../src/kinds/whatsapp/engine.js'
import type { WaMessage } from '../src/kinds/whatsapp/messages.js'

export interface FakeEngine extends Engine {
  page: PageState
  readonly options: EngineOptions | null
  readonly log: WaMessage[]
  readonly acts: string[]
  /** Thrown by the next calls of that name. */
  readonly faults: Map<keyof Engine, Error>
  /** The message is sent, and the answer is lost. */
  loseAnswer: boolean
  closed: boolean
  die(reason: string): void
  hear(message: Partial<WaMessage> & { id: string }): WaMessage
}

let count = 0

export function fakeEngine(options: EngineOptions | null = null, log: WaMessage[] = []): FakeEngine {
  let die: (error: Error) => void = () => undefined
  const died = new Promise<Error>((resolve) => {
    die = resolve
  })
  const acts: string[] = []
  const faults = new Map<keyof Engine, Error>()
  const act = (name: keyof Engine, text: string) => {
    const fault = faults.get(name)
    if (fault) throw fault
    acts.push(text)
  }
  const engine: FakeEngine = {
    page: { registered: true, ready: true, online: true, socket: 'CONNECTED', qr: null },
    options,
    log,
    acts,
    faults,
    loseAnswer: false,
    closed: false,
    died,
    die: (reason) => die(new Error(reason)),
    hear(partial) {
      const message = messageOfAna(partial)
      log.push(message)
      options?.on.message(message)
      return message
    },
    look: async () => engine.page,
    account: async () => ({ phone: '5511999990000', name: null }),
    markSeen: async (chat) => act('markSeen', `seen ${chat}`),
    showTyping: async (chat, on) => act('showTyping', `${on ? 'typing' : 'paused'} ${chat}`),
    async sendText(chat, text) {
      act('sendText', `send ${chat} ${text}`)
      const id = `true_${chat}_${++count}`
      const sent = { ...messageOfAna({ id }), chat, text, fromMe: true, from: 'me' }
      log.push(sent)
      options?.on.message(sent)
      if (engine.loseAnswer) throw new Error('the answer was lost')
      return id
    },
    async chats() {
      act('chats', 'chats')
      const ids = [...new Set(log.map(({ chat }) => chat))]
      return ids.map((id) => ({
        id,
        name: null,
        t: log.findLast(({ chat }) => chat === id)?.t ?? 0,
        unread: 0,
        group: id.endsWith('@g.us'),
      }))
    },
    async messages(chat, limit) {
      act('messages', `read ${chat}`)
      const found = log.filter((message) => message.chat === chat)
      if (found.length === 0) throw new ChatUnknown('Chat not found')
      return found.slice(-limit)
    },
    async chatsSince(sinceS, limit, from) {
      const rows = (await engine.chats(Number.MAX_SAFE_INTEGER))
        .filter(({ id, t }) => t >= sinceS && (from === null || id >= from))
        .sort((a, b) => (a.id < b.id ? -1 : 1))
      return { rows: rows.slice(0, limit), next: rows[limit]?.id ?? null }
    },
    async history(chat, limit, before) {
      const all = await engine.messages(chat, Number.MAX_SAFE_INTEGER)
      const end = before === null ? all.length : all.findIndex(({ id }) => id === before)
      const messages = all.slice(Math.max(0, end - limit), end)
      const [first] = messages
      return { messages, first: first ? { id: first.id, t: first.t } : null }
    },
    takeOver: async () => act('takeOver', 'take over'),
    logout: async () => {
      engine.page = { ...engine.page, registered: false }
    },
    close: async () => {
      engine.closed = true
    },
  }
  return engine
}

/** Until it holds, of what waits for no timer and no other process: what a thousand turns do not bring never comes. */
export async function soon(what: string, holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1_000; turn++) {
    if (holds()) return
    await setImmediate()
  }
  throw new Error(`never: ${what}`)
}

export function messageOfAna(partial: Partial<WaMessage> & { id: string }): WaMessage {
  const chat = partial.chat ?? 'ana@c.us'
  const t = Math.floor(Date.now() / 1000)
  return {
    chat,
    from: chat,
    name: 'Ana',
    text: 'oi',
    kind: 'chat',
    t,
    fromMe: false,
    group: chat.endsWith('@g.us'),
    ...partial,
  }
}
