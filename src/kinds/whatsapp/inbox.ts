// Takes messages up, each once: seen, recorded and, when it is to be answered, planned, in one transaction.
import type { Journal } from '../kind.js'
import { createCatchUp } from './catch-up.js'
import type { Engine } from './engine.js'
import type { WhatsAppConfig } from './kind.js'
import type { Memory } from './memory.js'
import type { WaMessage } from './messages.js'
import type { Outgoing } from './outcomes.js'
import type { Sender } from './sender.js'

export interface Inbox {
  /** While open, messages are taken as they come; before, they are kept until `open`. */
  push(message: WaMessage): void
  open(): Promise<void>
  /** From now on they are kept. */
  hold(): void
  /** The browser ends. What was kept stands in its chats; the next one may be another phone's. */
  shut(): void
  /** What arrived while nobody listened. Resolves when all of it is taken up, and rejects when something is left. */
  catchUp(engine: Engine, signal: AbortSignal): Promise<void>
}

export interface InboxParts {
  journal: Journal
  memory: Memory
  sender: Sender
  now: () => Date
  config: () => Pick<WhatsAppConfig, 'reply' | 'replyText' | 'replyGapSeconds' | 'ignoreGroups'>
  /** A message could not be taken up: it must be looked for in its chat. */
  onError: (error: unknown) => void
}

/** Nobody wants an answer to what they wrote yesterday. */
const ANSWER_WITHIN_MS = 24 * 60 * 60 * 1000
/** WhatsApp's clock and ours may differ, and messages arrive out of order. Dedupe makes looking back harmless. */
const LOOK_BACK_MS = 10 * 60 * 1000
const MOST_KEPT = 1_000

export function createInbox({ journal, memory, sender, now, config, onError }: InboxParts): Inbox {
  let opened = false
  let kept: WaMessage[] = []

  async function take(message: WaMessage, answered = false) {
    if (message.group && config().ignoreGroups) return
    if (message.fromMe) return takeOwn(message)
    const plan = answered || isHistory(message) ? null : planReply(message)
    journal.transaction(() => {
      const intent = plan && replyKey(message)
      if (!memory.remember({ id: message.id, chat: message.chat, direction: 'in', intent })) return
      const { id, chat, from, name, text, kind } = message
      journal.record('message.in', { id, chat, from, name, text, kind, at: new Date(message.t * 1000).toISOString() })
      if (plan) journal.intents.plan(replyKey(message), 'reply', plan)
    })
  }

  /** Written before this phone was paired: somebody has seen to it. Recorded all the same: the clocks may differ. */
  function isHistory({ t }: WaMessage) {
    const { pairedAt } = memory
    return pairedAt <= now().getTime() && t * 1000 < pairedAt - LOOK_BACK_MS
  }

  async function takeOwn(message: WaMessage) {
    if (await sender.isOurs(message)) return
    journal.transaction(() => {
      const { id, chat, text } = message
      if (!memory.remember({ id, chat, direction: 'phone' })) return
      journal.record('message.out', { id, chat, text, by: 'phone', at: new Date(message.t * 1000).toISOString() })
    })
  }

  function planReply(message: WaMessage): Outgoing | null {
    const { reply, replyText, replyGapSeconds } = config()
    if (reply === 'off' || now().getTime() - message.t * 1000 > ANSWER_WITHIN_MS) return null
    // Without a gap the last reply does not matter, also one that a clock which was ahead has put into the future.
    const quietUntilMs = replyGapSeconds === 0 ? 0 : (memory.lastReplyAt(message.chat) ?? 0) + replyGapSeconds * 1000
    if (now().getTime() < quietUntilMs) return null
    const { id, chat, t } = message
    return { chat, text: replyText, by: 'reply', after: { id, t } }
  }

  const takeNow = (message: WaMessage) => take(message).then(sender.kick)
  const catchUp = createCatchUp({
    take,
    isFromPhone: async ({ id, ...message }) =>
      memory.recall(id)?.direction === 'phone' || !(await sender.isOurs({ id, ...message })),
    ignores: ({ group }) => group && config().ignoreGroups,
    onTaken: sender.kick,
  })

  return {
    push(message) {
      if (opened) void takeNow(message).catch(onError)
      else kept.push(message)
      if (kept.length <= MOST_KEPT) return
      kept = []
      onError(new Error(`${MOST_KEPT} messages arrived before they could be taken up: they are read from their chats`))
    },
    async open() {
      opened = true
      const waiting = kept
      kept = []
      for (const message of waiting) await take(message)
      sender.kick()
    },
    hold() {
      opened = false
    },
    shut() {
      opened = false
      kept = []
    },
    catchUp: (engine, signal) => catchUp(engine, Math.floor(unseenSinceMs(memory, now().getTime()) / 1000), signal),
  }
}

/** A clock that once was ahead has left a time in the future behind: it says nothing, and dedupe does the rest. */
function unseenSinceMs({ pairedAt, caughtUpTo }: Memory, nowMs: number): number {
  const paired = pairedAt <= nowMs ? pairedAt : nowMs - LOOK_BACK_MS
  const caughtUp = caughtUpTo <= nowMs ? caughtUpTo - LOOK_BACK_MS : nowMs - ANSWER_WITHIN_MS
  return Math.max(paired, caughtUp)
}

const replyKey = (message: WaMessage) => `reply:${message.id}`
