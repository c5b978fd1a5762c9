// Was it sent? Answers from the chat itself: our text, after the message it answers, not credited to another intent.
import type { Intent } from '../kind.js'
import type { Memory } from './memory.js'
import type { WaMessage } from './messages.js'

/** WhatsApp's clock and ours may differ: too short a slack would send again what was sent. */
const CLOCK_SLACK_S = 10 * 60

/** The id of the message that fulfilled the intent, or null. `messages` are oldest first. */
export function findOurs(messages: WaMessage[], intent: Intent, memory: Pick<Memory, 'recall'>): string | null {
  const { text, after } = intent.data as { text: string; after: { id: string; t: number } | null }
  const plannedAt = intent.plannedAt.getTime()
  const trigger = after === null ? -1 : messages.findIndex(({ id }) => id === after.id)
  const sinceS = trigger >= 0 ? 0 : (after?.t ?? Math.floor(plannedAt / 1000) - CLOCK_SLACK_S)
  const ours = messages.slice(trigger + 1).find((message) => {
    if (!message.fromMe || message.t < sinceS || message.text.trim() !== text.trim()) return false
    const known = memory.recall(message.id)
    if (known?.direction === 'out') return known.intent === intent.key
    // Typed on the phone, and known to us before this was even planned.
    return known === undefined || known.at >= plannedAt
  })
  return ours?.id ?? null
}
