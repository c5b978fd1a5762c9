// Takes messages up, each once: seen, recorded and, when it is to be answered, planned, in one transaction.
import type { Journal } from '../kind.js'
import { ChatUnknown, type Engine } from './engine.js'
import type { WhatsAppConfig } from './kind.js'
import type { Memory } from './memory.js'
import type { WaMessage } from './messages.js'
import type { Outbox, Outgoing } from './outbox.js'

export interface Inbox {
  /** While open, messages are taken as they come; before, they are kept until `open`. */
  push(message: WaMessage): void
  open(): Promise<void>
  /** From now on they are kept. */
  hold(): void
  /** The browser ends. What was kept stands in its chats; the next one may be another phone's. */
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
/** One chat that cannot be read is no reason to leave the others; a page that answers nothing is. */
const GIVE_UP_AFTER = 3

export function createInbox({ journal, memory, outbox, now, config, onError }: InboxParts): Inbox {
  let opened = false
  let kept: WaMessage[] = []

  async function take(message: WaMessage, answered = false) {
    if (message.group && config().ignoreGroups) return
    if (message.fromMe) return takeOwn(message)
    const plan = answered || isHistory(message) ? null : planReply(message)
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

  /** Written before this phone was paired: somebody has seen to it. Recorded all the same: the clocks may differ. */
  function isHistory({ t }: WaMessage) {
    const { pairedAt } = memory
    return pairedAt <= now().getTime() && t * 1000 < pairedAt - LOOK_BACK_MS
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
    hold() {
      opened = false
    },
    shut() {
      opened = false
      kept = []
    },
    async catchUp(engine) {
      const sinceS = Math.floor(unseenSinceMs(memory, now().getTime()) / 1000)
      const fresh = ({ t }: { t: number }) => t >= sinceS
      let failure: unknown
      let failedInRow = 0
      for (const { id, group } of (await engine.chats(CHATS)).filter(fresh)) {
        if (group && config().ignoreGroups) continue
        try {
          let messages = await engine.messages(id, PAGE)
          if (messages.length >= PAGE && messages.every(fresh)) messages = await engine.messages(id, LONG_PAGE)
          await catchUpChat(messages.filter(fresh))
          failedInRow = 0
        } catch (error) {
          if (error instanceof ChatUnknown) continue // deleted meanwhile
          failure = error
          failedInRow++
          if (failedInRow >= GIVE_UP_AFTER) break
        }
      }
      if (failure !== undefined) throw failure
    },
  }
}

/** A clock that once was ahead has left a time in the future behind: it says nothing, and dedupe does the rest. */
function unseenSinceMs({ pairedAt, caughtUpTo }: Memory, nowMs: number): number {
  const paired = pairedAt <= nowMs ? pairedAt : nowMs - LOOK_BACK_MS
  const caughtUp = caughtUpTo <= nowMs ? caughtUpTo - LOOK_BACK_MS : nowMs - ANSWER_WITHIN_MS
  return Math.max(paired, caughtUp)
}

const replyKey = (message: WaMessage) => `reply:${message.id}`
