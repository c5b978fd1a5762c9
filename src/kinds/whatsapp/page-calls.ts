// What we ask of the page in our own words. As text: a compiled function would bring helpers along that the page does
// not have. Each is an expression; a promise is awaited.
import type { Json } from '../../core/json.js'
import { Refused } from './engine.js'

/** What the page calls with WhatsApp's word that a login is over. */
export const TELL_LOGOUT = 'frotaLoggedOut'

/**
 * For every new document, as soon as it has wa-js: the page reloads right after a log-out, and then looks like one that
 * never had a login.
 */
export const HEAR_LOGOUT = `(() => {
  const hear = () => {
    const wpp = window.WPP
    if (!wpp || !wpp.on || !window.${TELL_LOGOUT}) return void setTimeout(hear, 5)
    let reason = null
    wpp.on('conn.logout_reason', (why) => { reason = String(why) })
    wpp.on('conn.logout', () => { window.${TELL_LOGOUT}(reason) })
  }
  if (window === window.top) hear()
})()`

/** null while it loads; otherwise a PageState. */
export const LOOK = `(async () => {
  const wpp = window.WPP
  if (!wpp || !wpp.isReady) return null
  const registered = (await wpp.conn.isRegistered()) === true
  const socket = wpp.whatsapp && wpp.whatsapp.Socket
  const holder = document.querySelector('[data-ref]')
  return {
    registered,
    ready: wpp.conn.isMainReady() === true,
    online: wpp.conn.isOnline() !== false,
    socket: socket && socket.state ? String(socket.state) : null,
    qr: holder ? holder.getAttribute('data-ref') : null,
  }
})()`

export const PUSHNAME =
  '((conn) => String(conn?.pushname ?? conn?.attributes?.pushname ?? ""))(window.WPP?.whatsapp?.Conn)'

/** What a send came to: `ack` is below 0 when WhatsApp refused it, `result` is WhatsApp's own word. */
export interface SendAnswer {
  id?: unknown
  ack?: unknown
  result?: unknown
  refused?: unknown
}

/** A late question about one before these is answered by the chat itself. */
const SENDS_KEPT = 500

/**
 * Before WhatsApp Web has the message in its chat it asks its server about the recipient and marks the chat as read:
 * without a network it hangs there, and sends when the network is back. Asked again with the same `key`, the page joins
 * that call instead of beginning another, so that a look-up that finds nothing yet does no harm.
 * A phone number that nobody has written to yet is looked up first: newer accounts are reached by their LID only.
 */
export const sendCall = (to: string, text: string, key: string) => callOf(SEND, to, text, key)

const SEND = `(to, text, key) => {
  const sends = (window.frotaSends ??= new Map())
  const send = async () => {
    let chat = to
    if (to.endsWith('@c.us') && !(await WPP.chat.get(to))) {
      const found = await WPP.contact.queryExists(to)
      if (!found && WPP.conn.isOnline() === false) throw new Error('offline: ' + to + ' cannot be looked up')
      if (!found) return { refused: 'Chat not found for ' + to }
      if (found.lid) chat = String(found.lid)
    }
    const sent = await WPP.chat.sendTextMessage(chat, text, { waitForAck: true })
    const { messageSendResult } = sent.sendMsgResult ?? {}
    return { id: String(sent.id), ack: sent.ack, result: String(messageSendResult ?? sent.sendMsgResult ?? '') }
  }
  const before = sends.get(key)
  if (before) return before
  const sending = send()
  sends.set(key, sending)
  sending.catch(() => sends.delete(key))
  if (sends.size > ${SENDS_KEPT}) sends.delete(sends.keys().next().value)
  return sending
}`

/** The message's id, or why there is none. */
export function sentId({ id, ack, result, refused }: SendAnswer): string {
  if (typeof refused === 'string') throw new Refused(refused)
  if (typeof ack === 'number' && ack < 0) throw new Refused(`WhatsApp did not accept it (${result || `ack ${ack}`})`)
  if (typeof id !== 'string') throw new Error('sending: WhatsApp Web gave no message id')
  // An error without an acknowledgement: it may still go out. The chat will tell.
  if (ack === 0 && typeof result === 'string' && result.startsWith('ERROR')) throw new Error(`sending: ${result}`)
  return id
}

/** The last messages of a chat, or those before one. A person's chat may be known by the phone number or by the LID. */
export const messagesCall = (chat: string, count: number, before: string | null = null) =>
  callOf(MESSAGES, chat, count, before)

const MESSAGES = `async (chat, count, before) => {
  let known = chat
  if (!chat.endsWith('@g.us') && !(await WPP.chat.get(chat))) {
    const entry = await Promise.resolve(WPP.contact.getPnLidEntry(chat)).catch(() => null)
    const other = entry && (chat.endsWith('@lid') ? entry.phoneNumber : entry.lid)
    if (other) known = other._serialized ?? String(other)
  }
  const messages = await WAPI.getMessages(known, before ? { count, direction: 'before', id: before } : { count })
  return messages.filter(Boolean).map((message) => {
    const { id, type, fromMe, from, to, author, notifyName, sender, caption, t, ack, isMedia } = message
    const { pushname, formattedName } = sender ?? {}
    // The body of a medium is its preview.
    const body = isMedia ? undefined : message.body
    return { id, type, fromMe, from, to, author, notifyName, sender: { pushname, formattedName }, body, caption, t, ack }
  })
}`

/** The chats, newest first. The library would ask WhatsApp about every group among them, and hand all over it knows. */
export const chatsCall = (count: number) => callOf(CHATS, count)

const CHATS = `async (count) => {
  const chats = await WPP.chat.list({ count, ignoreGroupMetadata: true })
  return chats.map((chat) => {
    const { pushname, formattedName } = chat.contact ?? {}
    const { name, formattedTitle, t, unreadCount } = chat
    return { id: String(chat.id), name, formattedTitle, t, unreadCount, contact: { pushname, formattedName } }
  })
}`

/** Those with a message since then, by their ids: an order that stays while messages arrive. */
export const chatsSinceCall = (sinceS: number, limit: number, from: string | null) =>
  callOf(CHATS_SINCE, sinceS, limit, from)

const CHATS_SINCE = `async (sinceS, limit, from) => {
  const all = await WPP.chat.list({ ignoreGroupMetadata: true })
  const rows = all
    .filter((chat) => (chat.t ?? 0) >= sinceS)
    .map(({ id, t, unreadCount }) => ({ id: String(id), t, unreadCount }))
    .filter(({ id }) => from === null || id >= from)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  return { rows: rows.slice(0, limit), next: rows.length > limit ? rows[limit].id : null }
}`

const callOf = (source: string, ...input: Json[]) =>
  `(${source})(${input.map((value) => JSON.stringify(value)).join(', ')})`
