// Sends what was intended, each once. An intent that a crash (or a time-out) left in doubt is looked up in the chat
// first; one that cannot be looked up waits; only when that stays so for a day is it given up as `unknown`.
import { messageOf } from '../../core/errors.js'
import { pause } from '../../node/waits.js'
import type { Intent, Journal, Log } from '../kind.js'
import { ChatUnknown, type Engine, Refused } from './engine.js'
import { findOurs } from './look-up.js'
import type { Memory } from './memory.js'
import type { WaMessage } from './messages.js'
import { createOutcomes, type Outcome, type Outgoing } from './outcomes.js'

export interface Sender {
  /** Begin to work. Everything in doubt is looked up before this resolves, as far as it can be. */
  attach(engine: Engine): Promise<void>
  /** Stop working; resolves when nothing is in hand. */
  detach(): Promise<void>
  /** There may be something to do. */
  kick(): void
  /** How it ended; null when it has not within this time. */
  outcome(key: string, withinMs: number): Promise<Outcome | null>
  /** A message from our own phone number: resolves true when it is one of ours, now or in the end. */
  isOurs(message: WaMessage): Promise<boolean>
}

export interface SenderParts {
  journal: Journal
  memory: Memory
  log: Log
  now: () => Date
  typingMs: (text: string) => number
  /** False when another home may have become the live one: this one has not heard of the store for so long. */
  isLeaseSure: () => boolean
}

interface Working {
  engine: Engine
  stop: AbortController
}

/** Both are messages; an answer to a customer does not wait behind a long row of an operator's. */
export const INTENT_TYPES = ['reply', 'send'] as const

const AT_ONCE = 4
const LOOK_AT = 50
const TOO_LATE_MS = 24 * 60 * 60 * 1000
const RETRY_MS = [2_000, 10_000, 60_000, 300_000]
/** Timers may fire a little before the clock says so. */
const TIMER_SLACK_MS = 20
const LOOK_BACK = 100

export function createSender({ journal, memory, log, now, typingMs, isLeaseSure }: SenderParts): Sender {
  const { intents } = journal
  const inHand = new Map<string, { chat: string; work: Promise<void> }>()
  const sending = new Map<Promise<unknown>, string>()
  const retries = new Map<string, { tries: number; at: number }>()
  const outcomes = createOutcomes({ journal, memory, now, onEnd: (key) => retries.delete(key) })
  let working: Working | null = null

  function kick() {
    if (!working) return
    // Those in front may all wait for their chats or for another try: then it is looked further, and rarely.
    for (let limit = LOOK_AT; inHand.size < AT_ONCE; limit *= 10) {
      const due = INTENT_TYPES.map((type) => intents.open({ type, dueAt: now(), limit }))
      begin(due.flat(), working)
      if (due.every(({ length }) => length < limit)) return
    }
  }

  function begin(due: Intent[], { engine, stop }: Working) {
    for (const intent of due) {
      if (inHand.size >= AT_ONCE) return
      const { chat } = intent.data as Outgoing
      const busy = [...inHand.values()].some((other) => other.chat === chat)
      if (busy || (retries.get(intent.key)?.at ?? 0) > now().getTime()) continue
      const work = carryOut(intent, engine, stop.signal)
        .catch((error) => retryLater(intent, error))
        .finally(() => {
          inHand.delete(intent.key)
          kick()
        })
      inHand.set(intent.key, { chat, work })
    }
  }

  async function carryOut(intent: Intent, engine: Engine, signal: AbortSignal) {
    const out = intent.data as Outgoing
    if (intent.state === 'acting') {
      if (await settle(intent, engine)) return
    } else if (isTooLate(intent)) {
      return outcomes.dropped(intent, 'not sent within 24 hours')
    }
    await beHuman(engine, out, signal)
    if (signal.aborted) return
    if (!isLeaseSure() && (await isAnsweredElsewhere(out, engine)))
      return outcomes.dropped(intent, 'answered from elsewhere')
    if (signal.aborted) return
    intents.acting(intent.key)
    const act = engine.sendText(out.chat, out.text, intent.key).then((id) => outcomes.sent(intent, id))
    sending.set(act, out.text)
    try {
      await act
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      outcomes.refused(intent, error.message)
    } finally {
      sending.delete(act)
    }
  }

  /**
   * Without a sure lease a copy of this session may answer, too, and answering goes on all the same: the chat tells.
   * Both copies speak for one phone, so that what the other wrote stands there. What cannot be read waits.
   */
  async function isAnsweredElsewhere({ chat, after }: Outgoing, engine: Engine): Promise<boolean> {
    if (after === null) return false // an operator's command came to this copy and no other
    const messages = await engine.messages(chat, LOOK_BACK)
    const trigger = messages.findIndex(({ id }) => id === after.id)
    const later = trigger < 0 ? messages.filter(({ t }) => t >= after.t) : messages.slice(trigger + 1)
    return later.some(({ fromMe, id }) => fromMe && memory.recall(id)?.direction !== 'out')
  }

  /** True when the intent is closed: it had been sent, or it can never be told. */
  async function settle(intent: Intent, engine: Engine): Promise<boolean> {
    const out = intent.data as Outgoing
    try {
      const id = findOurs(await engine.messages(out.chat, LOOK_BACK), intent, memory)
      if (id === null) return false
      outcomes.sent(intent, id)
      return true
    } catch (error) {
      // A chat that a command was to begin may never have begun. One that wrote to us was there.
      if (error instanceof ChatUnknown && out.after === null) return false
      if (!(error instanceof ChatUnknown) && !isTooLate(intent)) throw error
      const why = error instanceof ChatUnknown ? 'the chat is gone' : 'the chat could not be read for 24 hours'
      outcomes.unknown(intent, why)
      return true
    }
  }

  function retryLater(intent: Intent, error: unknown) {
    if (!working) return
    const tries = (retries.get(intent.key)?.tries ?? 0) + 1
    const afterMs = RETRY_MS[Math.min(tries, RETRY_MS.length) - 1] ?? 0
    retries.set(intent.key, { tries, at: now().getTime() + afterMs })
    void pause(afterMs + TIMER_SLACK_MS, working.stop.signal).then(kick)
    log.warn(`a message waits: ${messageOf(error)}`, { intent: intent.key, tries })
  }

  /** Seen, then typing for as long as the text takes. What fails here is no reason not to send. */
  async function beHuman(engine: Engine, out: Outgoing, signal: AbortSignal) {
    const tolerate = (error: unknown) => log.debug(`before sending: ${messageOf(error)}`)
    if (out.after) await engine.markSeen(out.chat).catch(tolerate)
    const ms = typingMs(out.text)
    if (ms === 0 || signal.aborted) return
    await engine.showTyping(out.chat, true).catch(tolerate)
    await pause(ms, signal)
    if (!signal.aborted) await engine.showTyping(out.chat, false).catch(tolerate)
  }

  const inDoubt = () => INTENT_TYPES.flatMap((type) => intents.open({ type, state: 'acting' }))

  const isTooLate = (intent: Intent) => now().getTime() - intent.plannedAt.getTime() > TOO_LATE_MS

  return {
    kick,
    async attach(engine) {
      for (const intent of inDoubt()) {
        await settle(intent, engine).catch((error) => log.warn(`cannot look up a message yet: ${messageOf(error)}`))
      }
      retries.clear()
      working = { engine, stop: new AbortController() }
    },
    async detach() {
      working?.stop.abort()
      working = null
      await Promise.all([...inHand.values()].map(({ work }) => work))
    },
    outcome: outcomes.of,
    async isOurs(message) {
      if (memory.recall(message.id)) return true
      // Our own message is announced before the library tells us its id.
      const same = [...sending].filter(([, text]) => text.trim() === message.text.trim()).map(([act]) => act)
      const ends = await Promise.allSettled(same)
      if (memory.recall(message.id)) return true
      // It stands in our chat, and WhatsApp did not take it.
      if (ends.some((end) => end.status === 'rejected' && end.reason instanceof Refused)) return true
      const meant = inDoubt().find(
        (intent) => intent.data.chat === message.chat && findOurs([message], intent, memory) !== null,
      )
      if (meant) outcomes.sent(meant, message.id)
      return meant !== undefined
    },
  }
}
