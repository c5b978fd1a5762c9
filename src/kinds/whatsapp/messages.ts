// What wppconnect hands over, turned into what this kind works with. Everything in it was written by strangers.
export interface WaMessage {
  id: string
  chat: string
  /** Who wrote it: in a group not the chat itself. */
  from: string
  name: string | null
  /** The body, or a medium's caption. */
  text: string
  /** chat, image, ptt, … */
  kind: string
  /** Seconds, WhatsApp's clock. */
  t: number
  fromMe: boolean
  group: boolean
}

const LONGEST_TEXT = 65_536
const LONGEST_NAME = 200
/** Not something a person wrote. `ciphertext` comes again when it can be read. */
const NOISE = new Set([
  'ciphertext',
  'e2e_notification',
  'notification',
  'notification_template',
  'broadcast_notification',
  'gp2',
  'newsletter_notification',
  'protocol',
  'call_log',
  'debug',
  'revoked',
  'reaction',
  'pinned_message',
  'pin_in_chat',
  'keep_in_chat',
  'album',
  'poll_update',
  'event_response',
  'unknown',
])

/** Typed, or a button of ours that was pressed; the body of anything else is a picture or the like. */
const TEXTS = new Set(['chat', 'buttons_response', 'list_response', 'template_button_reply'])

/** Null when it is nothing a person wrote to us or from our phone. */
export function readMessage(raw: unknown): WaMessage | null {
  if (!isRecord(raw)) return null
  const id = idOf(raw.id)
  const kind = textOf(raw.type) ?? 'unknown'
  const fromMe = typeof raw.fromMe === 'boolean' ? raw.fromMe : id?.startsWith('true_') === true
  const from = idOf(raw.from)
  const chat = fromMe ? idOf(raw.to) : from
  if (!id || !chat || !from || NOISE.has(kind) || !isConversation(chat)) return null
  if (fromMe && isRefused(raw)) return null
  const sender = isRecord(raw.sender) ? raw.sender : {}
  return {
    id,
    chat,
    from: idOf(raw.author) ?? from,
    name:
      (textOf(raw.notifyName) ?? textOf(sender.pushname) ?? textOf(sender.formattedName))?.slice(0, LONGEST_NAME) ??
      null,
    text:
      (TEXTS.has(kind) ? (textOf(raw.body) ?? textOf(raw.content)) : textOf(raw.caption))?.slice(0, LONGEST_TEXT) ?? '',
    kind,
    t: numberOf(raw.t) ?? numberOf(raw.timestamp) ?? 0,
    fromMe,
    group: chat.endsWith('@g.us'),
  }
}

/** A chat's row. */
export function readChat(raw: unknown) {
  if (!isRecord(raw)) return null
  const id = idOf(raw.id)
  if (!id || !isConversation(id)) return null
  const contact = isRecord(raw.contact) ? raw.contact : {}
  return {
    id,
    name: textOf(raw.name) ?? textOf(raw.formattedTitle) ?? textOf(contact.pushname) ?? textOf(contact.formattedName),
    t: numberOf(raw.t) ?? 0,
    unread: Math.max(0, numberOf(raw.unreadCount) ?? 0),
    group: id.endsWith('@g.us'),
  }
}

export function readChatPage(raw: unknown) {
  if (!isRecord(raw) || !Array.isArray(raw.rows)) throw new Error('the list of chats cannot be read')
  return { rows: raw.rows.map(readChat).filter((row) => row !== null), next: textOf(raw.next) }
}

/** What nobody wrote is left out, and yet older messages are to be asked for before it. */
export function readHistory(rows: unknown[]) {
  const messages = rows.map(readMessage).filter((row) => row !== null)
  const [first] = rows
  const id = isRecord(first) ? idOf(first.id) : null
  if (id === null) return { messages, first: null }
  const t = isRecord(first) ? (numberOf(first.t) ?? numberOf(first.timestamp) ?? 0) : 0
  return { messages, first: { id, t } }
}

/** Ours, and WhatsApp did not take it: it stands in our chat only. */
const isRefused = ({ ack }: Record<string, unknown>) => typeof ack === 'number' && ack < 0

/** With a person or a group: not the status feed, not a channel, not WhatsApp's own announcements (0@c.us). */
const isConversation = (chat: string) => /^(?!0@).*@(c\.us|lid|g\.us)$/.test(chat)

/** Ids come as texts or as objects. */
export function idOf(value: unknown): string | null {
  if (isRecord(value)) return textOf(value._serialized)
  return textOf(value)
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null)
const numberOf = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : null)
