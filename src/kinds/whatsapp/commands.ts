// What an operator may ask of a running session. Input was validated before it came here.
import { UserError } from '../../core/errors.js'
import type { Json, JsonObject } from '../../core/json.js'
import { chatIdOf, phoneDigits } from './addresses.js'
import type { Parts } from './assemble.js'
import { ChatUnknown, type Engine } from './engine.js'
import type { Outgoing } from './outcomes.js'
import { isBlank, pairAnswer } from './pairing.js'

const SENT_WITHIN_MS = 25_000

export function registerCommands(parts: Parts, newId: () => string) {
  const { ctx, observer, bell, memory, sender } = parts
  const { commands, journal, session, lease } = ctx

  function needEngine(): Engine {
    const engine = observer.seen.browser.connected
    if (!engine) throw new UserError('NOT_CONNECTED', `${session.ref} is not connected.`, `frota pair ${session.ref}`)
    return engine
  }

  async function send(input: JsonObject): Promise<Json> {
    const chat = chatIdOf(String(input.to))
    const key = `send:${typeof input.id === 'string' ? input.id : newId()}`
    const before = memory.sentFor(key)
    if (before !== undefined) return { sent: true, id: before, chat, repeated: true }
    needEngine()
    const outgoing: Outgoing = { chat, text: String(input.text), by: 'command', after: null }
    const isNew = journal.intents.plan(key, 'send', outgoing)
    const isOpen = isNew || journal.intents.isOpen(key)
    if (!isOpen)
      return { sent: false, id: null, chat, reason: 'this id was used before, and that message was not sent' }
    const outcome = sender.outcome(key, SENT_WITHIN_MS)
    sender.kick()
    const end = await outcome
    if (end === null) return { sent: false, id: null, chat, reason: 'not sent yet: it will be when WhatsApp takes it' }
    if (!end.sent) throw new UserError('NOT_SENT', `WhatsApp did not take the message to ${chat}: ${end.why}.`)
    return { sent: true, id: end.id, chat }
  }

  async function history(input: JsonObject): Promise<Json> {
    const chat = chatIdOf(String(input.chat))
    try {
      const messages = await needEngine().messages(chat, Number(input.limit ?? 50))
      return messages.map(({ id, from, name, text, kind, t, fromMe }) => {
        return { id, from, name, text, kind, at: new Date(t * 1000).toISOString(), fromMe }
      })
    } catch (error) {
      if (!(error instanceof ChatUnknown)) throw error
      throw new UserError('CHAT_UNKNOWN', `There is no chat ${chat}.`, `frota do ${session.ref} chats`)
    }
  }

  async function chats(input: JsonObject): Promise<Json> {
    const rows = await needEngine().chats(Number(input.limit ?? 50))
    return rows
      .sort((a, b) => b.t - a.t)
      .map(({ id, name, t, unread, group }) => ({ id, name, lastAt: new Date(t * 1000).toISOString(), unread, group }))
  }

  commands.on('pair', async (input) => {
    const phone = typeof input.phone === 'string' ? phoneDigits(input.phone) : null
    const { pairing } = observer.see({ what: 'asked to pair', phone })
    if (isBlank(pairing)) bell.ring()
    return pairAnswer(pairing)
  })
  commands.on('send', send)
  commands.on('chats', chats)
  commands.on('history', history)
  commands.on('status', async () => describeSession(parts))
  commands.on('logout', async () => {
    const engine = needEngine()
    // It cannot be undone, and by now the login may be another home's.
    if (!lease.confirmed()) throw leaseUnsure(session.ref)
    await unlink(parts, engine)
    return { loggedOut: true }
  })
}

async function unlink({ observer, bell }: Parts, engine: Engine) {
  observer.see({ what: 'asked to log out' })
  try {
    await engine.logout()
    observer.see({ what: 'log-out answered' })
  } catch (error) {
    if (observer.see({ what: 'log-out failed' }).logout !== 'done') throw error
  } finally {
    bell.ring()
  }
}

function describeSession({ ctx, observer, memory, profiles }: Parts): JsonObject {
  return {
    connected: observer.seen.browser.connected !== null,
    linked: memory.linked,
    phone: memory.phone,
    waiting: ctx.journal.intents.openCount(),
    caughtUpTo: memory.caughtUpTo === 0 ? null : new Date(memory.caughtUpTo).toISOString(),
    loginSetAside: profiles.hasAside,
  }
}

const leaseUnsure = (ref: string) =>
  new UserError(
    'LEASE_UNSURE',
    `${ref} is not logged out: the store has not answered for a while, and another home may have the session by now.`,
    'frota status says how the store is; then again',
  )
