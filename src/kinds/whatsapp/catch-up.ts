// Reads what arrived while nobody listened: every chat, every message, a part at a time, so that memory stays bounded
// however much there is. What cannot be read is told by an error, and read again later; what was taken is known by its id.
import { messageOf } from '../../core/errors.js'
import { ChatUnknown, type Engine } from './engine.js'
import type { WaMessage } from './messages.js'

export interface CatchUpParts {
  /** @param answered a person has answered on the phone meanwhile: no answer of ours is wanted */
  take(message: WaMessage, answered: boolean): Promise<void>
  /** Written by a person on our phone, not by us. */
  isFromPhone(message: WaMessage): Promise<boolean>
  ignores(chat: { group: boolean }): boolean
  /** A part was taken: there may be something to answer. */
  onTaken(): void
}

/** Chats and messages asked for at once: a page answers that in moments. */
const CHATS = 200
const MESSAGES = 100
/** One chat that cannot be read is no reason to leave the others; a page that answers nothing is. */
const GIVE_UP_AFTER = 3

/** Reads everything since a time. It keeps between tries which chats could not be read: those come last. */
export function createCatchUp({ take, isFromPhone, ignores, onTaken }: CatchUpParts) {
  const troubled = new Set<string>()

  /** Rejects when something is left to read. Aborted, it stops after the chat in hand. */
  return async function catchUp(engine: Engine, sinceS: number, signal: AbortSignal): Promise<void> {
    let failedInRow = 0
    const failures = new Map<string, unknown>()
    const read = async (chat: string) => {
      signal.throwIfAborted()
      try {
        await readChat(engine, chat, sinceS, signal)
        troubled.delete(chat)
        failedInRow = 0
      } catch (error) {
        if (signal.aborted) throw error
        failures.set(chat, error)
        troubled.add(chat)
        failedInRow++
        if (failedInRow >= GIVE_UP_AFTER) throw leftUnread(failures)
      }
    }
    const last: string[] = []
    for (let from: string | null = null, more = true; more; ) {
      signal.throwIfAborted()
      const { rows, next } = await engine.chatsSince(sinceS, CHATS, from)
      for (const row of rows) {
        if (ignores(row)) continue
        if (troubled.has(row.id)) last.push(row.id)
        else await read(row.id)
      }
      from = next
      more = next !== null
    }
    for (const chat of last) await read(chat)
    if (failures.size > 0) throw leftUnread(failures)
  }

  async function readChat(engine: Engine, chat: string, sinceS: number, signal: AbortSignal) {
    try {
      const { newest, anchors, phoneAt } = await survey(engine, chat, sinceS, signal)
      let answered = phoneAt !== null
      const takePart = async (messages: WaMessage[]) => {
        for (const message of messages) {
          if (message.t >= sinceS) await take(message, answered && !message.fromMe)
          if (message.id === phoneAt) answered = false
        }
        onTaken()
      }
      // Oldest first: what was read to find the beginning is read again rather than kept.
      for (const before of anchors.toReversed()) {
        signal.throwIfAborted()
        const { messages } = await engine.history(chat, MESSAGES, before)
        if (messages.length === 0) throw new Error('a part of the chat is gone')
        await takePart(messages)
      }
      await takePart(newest)
    } catch (error) {
      if (!(error instanceof ChatUnknown)) throw error // else deleted meanwhile: nothing to come back for
    }
  }

  /** From the end back to where nothing is new, keeping only where the parts begin and the last thing a person typed. */
  async function survey(engine: Engine, chat: string, sinceS: number, signal: AbortSignal) {
    let part = await engine.history(chat, MESSAGES, null)
    const newest = part.messages
    const anchors: string[] = []
    let phoneAt: string | null = null
    for (;;) {
      signal.throwIfAborted()
      phoneAt ??= await lastFromPhone(part.messages, sinceS)
      const { first } = part
      if (first === null || first.t < sinceS) return { newest, anchors, phoneAt }
      part = await engine.history(chat, MESSAGES, first.id)
      if (part.first?.id === first.id) throw new Error('its older messages cannot be read')
      if (part.messages.some(({ t }) => t >= sinceS)) anchors.push(first.id)
    }
  }

  async function lastFromPhone(messages: WaMessage[], sinceS: number): Promise<string | null> {
    for (const message of messages.toReversed()) {
      if (message.fromMe && message.t >= sinceS && (await isFromPhone(message))) return message.id
    }
    return null
  }
}

function leftUnread(failures: Map<string, unknown>): Error {
  const [[chat, error] = []] = failures
  const others = failures.size > 1 ? ` (and ${failures.size - 1} more)` : ''
  return new Error(`${chat}${others}: ${messageOf(error)}`, { cause: error })
}
