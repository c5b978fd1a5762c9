// One phone number: its linked devices, everything exchanged, and what each device was told.
//
// A message's life, outgoing: ack 0 (no network) → 1 (taken) → 2 (on the customer's phone) → 3 (read).
//                   incoming: ack 1 (waits for us)           → 2 (a device has it)          → 3 (we read it).
import { randomBytes } from 'node:crypto'
import type { ChatId, WireChat, WireMessage } from './protocol.js'
import { Refusal } from './refusal.js'

export const LONGEST_TEXT = 65_536

/** Who wrote it: the customer, one of our linked devices (a bot), or a person on our phone. */
export type By = 'customer' | 'device' | 'phone'

export interface StoredMessage extends WireMessage {
  seq: number
  by: By
  device: number | null
  at: string
}

export interface Device {
  id: number
  token: string
  /** Up to here messages were handed to the device as events; the rest follow when it is there to take them. */
  toldUpTo: number
}

/** What outlives the sim, when it is given a state file. */
export interface AccountState {
  phone: string
  online: boolean
  names: [ChatId, string][]
  devices: Device[]
  messages: StoredMessage[]
  readUpTo: [ChatId, number][]
}

export class Account {
  readonly phone: string
  readonly devices = new Map<string, Device>()
  readonly messages: StoredMessage[] = []
  readonly names = new Map<ChatId, string>()
  online = true
  readonly #byId = new Map<string, StoredMessage>()
  readonly #readUpTo = new Map<ChatId, number>()

  constructor(phone: string, state?: AccountState) {
    this.phone = phone
    if (!state) return
    this.online = state.online
    for (const device of state.devices) this.devices.set(device.token, device)
    for (const message of state.messages) this.#keep(message)
    for (const [chat, name] of state.names) this.names.set(chat, name)
    for (const [chat, seq] of state.readUpTo) this.#readUpTo.set(chat, seq)
  }

  get wid(): ChatId {
    return `${this.phone}@c.us`
  }

  state(): AccountState {
    const { phone, online, messages } = this
    const devices = [...this.devices.values()]
    return { phone, online, names: [...this.names], devices, messages, readUpTo: [...this.#readUpTo] }
  }

  /** A new device knows what came before as history: only what comes now is news to it. */
  link(): Device {
    const id = 1 + Math.max(0, ...[...this.devices.values()].map((device) => device.id))
    const device = { id, token: randomBytes(24).toString('base64url'), toldUpTo: this.messages.length }
    this.devices.set(device.token, device)
    return device
  }

  receive(from: ChatId, text: string, key: string, name: string): { message: StoredMessage; duplicate: boolean } {
    const known = this.#byId.get(`false_${from}_${key}`)
    if (known && known.text !== text)
      throw new Refusal('id_taken', 'id: already used for another text', { status: 409 })
    if (known) return { message: known, duplicate: true }
    this.names.set(from, name)
    const message = this.#add({ chat: from, fromMe: false, text, key, by: 'customer', device: null, ack: 1 })
    return { message, duplicate: false }
  }

  /** Sending the same key again gives the first message: WhatsApp shows a message once. */
  send(to: ChatId, text: string, key: string, by: 'device' | 'phone', device: Device | null): StoredMessage {
    const known = this.#byId.get(`true_${to}_${key}`)
    if (known) return known
    const ack = this.online || by === 'phone' ? 1 : 0
    const message = this.#add({ chat: to, fromMe: true, text, key, by, device: device?.id ?? null, ack })
    this.markRead(to)
    return message
  }

  find(id: string): StoredMessage | null {
    const message = this.#byId.get(id)
    return message && isHere(message) ? message : null
  }

  /** The last `count` of a chat (all: -1), or those before or after one of them. Oldest first, as WhatsApp gives them. */
  history(chat: ChatId, ask: { count?: number; direction?: 'before' | 'after'; id?: string; onlyUnread?: boolean }) {
    const count = ask.count ?? 20
    const readUpTo = this.#readUpTo.get(chat) ?? 0
    let found = this.messages.filter((message) => message.chat === chat && isHere(message))
    if (ask.onlyUnread) found = found.filter((message) => !message.fromMe && message.seq > readUpTo)
    if (ask.id !== undefined) {
      const seq = this.find(ask.id)?.seq ?? 0
      const after = ask.direction === 'after'
      found = found.filter((message) => (after ? message.seq > seq : message.seq < seq))
      if (after && count >= 0) return found.slice(0, count)
    }
    return count < 0 ? found : found.slice(-count || found.length)
  }

  chats(): WireChat[] {
    const last = new Map<ChatId, StoredMessage>()
    for (const message of this.messages.filter(isHere)) last.set(message.chat, message)
    return [...last.values()]
      .sort((a, b) => b.seq - a.seq)
      .map((message) => ({
        id: message.chat,
        name: this.names.get(message.chat) ?? message.chat.split('@')[0] ?? '',
        t: message.t,
        unreadCount: this.unread(message.chat),
        last: message,
      }))
  }

  unread = (chat: ChatId) => this.history(chat, { count: -1, onlyUnread: true }).length

  /** Returns the messages whose ack rose. */
  markRead(chat: ChatId): StoredMessage[] {
    const read = this.history(chat, { count: -1, onlyUnread: true })
    this.#readUpTo.set(chat, read.at(-1)?.seq ?? this.#readUpTo.get(chat) ?? 0)
    for (const message of read) message.ack = 3
    return read
  }

  /** What waited for a device with a network has reached one. */
  arrive() {
    for (const message of this.messages) if (!message.fromMe && message.ack === 1) message.ack = 2
  }

  /** The network is back: what our devices had sent meanwhile leaves now. */
  flush(): StoredMessage[] {
    const waiting = this.messages.filter((message) => message.fromMe && message.ack === 0)
    for (const message of waiting) message.ack = 1
    return waiting
  }

  /** The customer's phone has it, or its owner read it. Returns what changed. */
  raiseAck(chat: ChatId, ack: 2 | 3): StoredMessage[] {
    const below = (message: StoredMessage) => message.fromMe && message.ack > 0 && message.ack < ack
    const raised = this.messages.filter((message) => message.chat === chat && below(message))
    for (const message of raised) message.ack = ack
    return raised
  }

  #add(draft: Pick<StoredMessage, 'chat' | 'fromMe' | 'text' | 'by' | 'device' | 'ack'> & { key: string }) {
    const { key, ...rest } = draft
    const now = new Date()
    const message: StoredMessage = {
      ...rest,
      id: `${draft.fromMe}_${draft.chat}_${key}`,
      from: draft.fromMe ? this.wid : draft.chat,
      to: draft.fromMe ? draft.chat : this.wid,
      t: Math.floor(now.getTime() / 1000),
      notifyName: draft.fromMe ? '' : (this.names.get(draft.chat) ?? ''),
      seq: this.messages.length + 1,
      at: now.toISOString(),
    }
    this.#keep(message)
    return message
  }

  #keep(message: StoredMessage) {
    this.messages.push(message)
    this.#byId.set(message.id, message)
  }
}

/** What no device has fetched yet is on WhatsApp's servers, not in the page. */
const isHere = (message: StoredMessage) => message.fromMe || message.ack > 1
