// Takes messages up, each once: seen, recorded and, when it is to be answered, planned, in one transaction.
import type { Journal } from '../kind.js'
import type { Engine } from './engine.js'
import type { WhatsAppConfig } from './kind.js'
import type { Memory } from './memory.js'
import type { WaMessage } from './messages.js'
import type { Outbox, Outgoing } from './outbox.js'

export interface Inbox {
  /** While open, messages are taken as they come; before, they are kept until `open`. */
  push(message: WaMessage): void
  open(): Promise<void>
  shut(): void
  /** What arrived while nobody listened. Resolves when all of it is taken up. */
  catchUp(engine: Engine): Promise<void>
}

export interface InboxParts {
  journal: Journal
  memory: Memory
  outbox: Outbox
  now: () => Date
  config: () => Pick<WhatsAppConfig, 'reply' | 'replyText' | 'replyGapSeconds' | 'ignoreGroups'>
  onError: (error: unknown) => void
}

/** Nobody wants an answer to what they wrote yesterday. */
const ANSWER_WITHIN_MS = 24 * 60 * 60 * 1000
/** WhatsApp's clock and ours may differ, and messages arrive out of order. Dedupe makes looking back harmless. */
const LOOK_BACK_MS = 10 * 60 * 1000
const MOST_KEPT = 1_000
const CHATS = 300
const PAGE = 50
const LONG_PAGE = 500

export function createInbox({ journal, memory, outbox, now, config, onError }: InboxParts): Inbox {
  let opened = false
  let kept: WaMessage[] = []

  async function take(message: WaMessage, answered = false) {
    if (message.group && config().ignoreGroups) return
    if (message.fromMe) return takeOwn(message)
    const plan = answered ? null : planReply(message)
    const isNew = journal.transaction(() => {
      const intent = plan && replyKey(message)
      if (!memory.remember({ id: message.id, chat: message.chat, direction: 'in', intent })) return false
      const { id, chat, from, name, text, kind } = message
      journal.record('message.in', { id, chat, from, name, text, kind, at: new Date(message.t * 1000).toISOString() })
      if (plan) journal.intents.plan(replyKey(message), 'reply', plan)
      return true
    })
    if (isNew && plan) outbox.kick()
  }

  async function takeOwn(message: WaMessage) {
    if (await outbox.isOurs(message)) return
    journal.transaction(() => {
      const { id, chat, text } = message
      if (!memory.remember({ id, chat, direction: 'phone' })) return
      journal.record('message.out', { id, chat, text, by: 'phone', at: new Date(message.t * 1000).toISOString() })
    })
  }

  function planReply(message: WaMessage): Outgoing | null {
    const { reply, replyText, replyGapSeconds } = config()
    if (reply === 'off' || now().getTime() - message.t * 1000 > ANSWER_WITHIN_MS) return null
    const lastMs = replyGapSeconds === 0 ? undefined : memory.lastReplyAt(message.chat)
    if (lastMs !== undefined && now().getTime() - lastMs < replyGapSeconds * 1000) return null
    const { id, chat, t } = message
    return { chat, text: replyText, by: 'reply', after: { id, t } }
  }

  async function catchUpChat(messages: WaMessage[]) {
    for (const message of messages) if (message.fromMe) await take(message)
    const phoneAt = messages.findLastIndex(({ id }) => memory.recall(id)?.direction === 'phone')
    // A person answered on the phone meanwhile: what came before needs no answer of ours.
    for (const [at, message] of messages.entries()) if (!message.fromMe) await take(message, at < phoneAt)
  }

  return {
    push(message) {
      if (opened) void take(message).catch(onError)
      // More than that is found by catching up.
      else if (kept.length < MOST_KEPT) kept.push(message)
    },
    async open() {
      opened = true
      const waiting = kept
      kept = []
      for (const message of waiting) await take(message)
    },
    shut() {
      opened = false
    },
    async catchUp(engine) {
      const sinceS = Math.floor(Math.max(memory.pairedAt, memory.caughtUpTo - LOOK_BACK_MS) / 1000)
      const fresh = ({ t }: { t: number }) => t >= sinceS
      for (const { id, group } of (await engine.chats(CHATS)).filter(fresh)) {
        if (group && config().ignoreGroups) continue
        let messages = await engine.messages(id, PAGE)
        if (messages.length >= PAGE && messages.every(fresh)) messages = await engine.messages(id, LONG_PAGE)
        await catchUpChat(messages.filter(fresh))
      }
    },
  }
}

const replyKey = (message: WaMessage) => `reply:${message.id}`
