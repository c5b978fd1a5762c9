// How an outgoing message ended: written into the journal, and told to whoever waits for it.
import type { JsonObject } from '../../core/json.js'
import type { Intent, Journal } from '../kind.js'
import type { Memory } from './memory.js'

export interface Outgoing extends JsonObject {
  chat: string
  text: string
  by: 'reply' | 'command'
  /** The message it answers, and when that was written (seconds). */
  after: { id: string; t: number } | null
}

export type Outcome = { sent: true; id: string } | { sent: false; why: string }

export interface Outcomes {
  sent(intent: Intent, id: string): void
  /** WhatsApp would not take it. */
  refused(intent: Intent, why: string): void
  /** It is not sent, or not again. */
  dropped(intent: Intent, why: string): void
  /** Nobody can tell any more whether it was sent. */
  unknown(intent: Intent, why: string): void
  /** How it ended; null when it has not within this time. */
  of(key: string, withinMs: number): Promise<Outcome | null>
  /** How many wait. */
  readonly waiting: number
}

export interface OutcomesParts {
  journal: Journal
  memory: Memory
  now: () => Date
  onEnd: (key: string) => void
}

export function createOutcomes({ journal, memory, now, onEnd }: OutcomesParts): Outcomes {
  const { intents } = journal
  const waiters = new Set<{ key: string; tell: (outcome: Outcome) => void }>()

  function end(key: string, outcome: Outcome) {
    onEnd(key)
    for (const waiter of waiters) if (waiter.key === key) waiter.tell(outcome)
  }

  return {
    sent(intent, id) {
      const { chat, text, by } = intent.data as Outgoing
      // Its announcement may have come before its answer, or before the look-up's.
      if (memory.sentFor(intent.key) !== undefined) return
      journal.transaction(() => {
        memory.remember({ id, chat, direction: 'out', intent: intent.key })
        intents.done(intent.key, { id })
        journal.record('message.out', { id, chat, text, by, at: now().toISOString() })
      })
      end(intent.key, { sent: true, id })
    },
    refused(intent, why) {
      const { chat, text, by } = intent.data as Outgoing
      journal.transaction(() => {
        intents.done(intent.key, { refused: why })
        journal.record('message.refused', { chat, text, by, why })
      })
      end(intent.key, { sent: false, why })
    },
    dropped(intent, why) {
      if (intent.state === 'planned') intents.drop(intent.key, why)
      else intents.done(intent.key, { notSent: why })
      end(intent.key, { sent: false, why })
    },
    unknown(intent, why) {
      intents.unknown(intent.key, why)
      end(intent.key, { sent: false, why: `it is not known whether it was sent: ${why}` })
    },
    of: (key, withinMs) =>
      new Promise((resolve) => {
        const stop = (outcome: Outcome | null) => {
          clearTimeout(timer)
          waiters.delete(waiter)
          resolve(outcome)
        }
        const waiter = { key, tell: stop }
        const timer = setTimeout(() => stop(null), withinMs).unref()
        waiters.add(waiter)
      }),
    get waiting() {
      return waiters.size
    },
  }
}
