// One phone number: its linked devices, everything exchanged, and what each device was told.
//
// A message's life, outgoing: ack 0 (no network) → 1 (taken) → 2 (on the customer's phone) → 3 (read).
//                   incoming: ack 1 (waits for us)           → 2 (a device has it)          → 3 (we read it).
import { randomBytes } from 'node:crypto'
import { Refusal } from '../refusal.js'
import type { ChatId, MessageType, PageCalls, WireChat, WireMessage } from './protocol.js'

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
  /** Up to here the device has confirmed the messages it was told of; the rest it is told when it is there again. */
  toldUpTo: number
}

/** What a customer writes, alone or in a group. */
export interface Incoming {
  chat: ChatId
  author: ChatId | null
  type: MessageType
  text: string
  key: string
  name: string
}

/** What outlives the sim, when it is given a state file. */
export interface AccountState {
  phone: string
  online: boolean
  names: [ChatId, string][]
  devices: Device[]
  messages: StoredMessage[]
  readUpTo: [ChatId, number][]
  announcesMissed?: boolean
}

type HistoryAsk = Omit<PageCalls['messages']['input'], 'chat'>
type Draft = Pick<StoredMessage, 'chat' | 'author' | 'type' | 'text' | 'fromMe' | 'by' | 'device' | 'ack'>

export class Account {
  readonly phone: string
  readonly devices = new Map<string, Device>()
  readonly messages: StoredMessage[] = []
  readonly names = new Map<ChatId, string>()
  online = true
  /** False: what arrived while no page was there is only in the chats afterwards, and no event. */
  announcesMissed = true
  /** Its pages are linked, and their chats do not load yet. */
  loading = false
  /** False: its pages say that they have no login, as in an outage, though they have one. */
  showsLogin = true
  readonly #byId = new Map<string, StoredMessage>()
  readonly #byChat = new Map<ChatId, StoredMessage[]>()
  readonly #readUpTo = new Map<ChatId, number>()
  #arrivedUpTo = 0

  constructor(phone: string, state?: AccountState) {
    this.phone = phone
    if (!state) return
    this.online = state.online
    this.announcesMissed = state.announcesMissed ?? true
    for (const device of state.devices) this.devices.set(device.token, device)
    for (const message of state.messages) this.#keep(message)
    for (const [chat, name] of state.names) this.names.set(chat, name)
    for (const [chat, seq] of state.readUpTo) this.#readUpTo.set(chat, seq)
  }

  get wid(): ChatId {
    return `${this.phone}@c.us`
  }

  state(): AccountState {
    const { phone, online, messages, announcesMissed } = this
    const devices = [...this.devices.values()]
    const readUpTo = [...this.#readUpTo]
    return { phone, online, names: [...this.names], devices, messages, readUpTo, announcesMissed }
  }

  /** A new device knows what came before as history: only what comes now is news to it. */
  link(): Device {
    const id = 1 + Math.max(0, ...[...this.devices.values()].map((device) => device.id))
    const device = { id, token: randomBytes(24).toString('base64url'), toldUpTo: this.messages.length }
    this.devices.set(device.token, device)
    return device
  }

  receive({ key, name, ...incoming }: Incoming): { message: StoredMessage; duplicate: boolean } {
    const id = idOf(false, incoming.chat, key, incoming.author)
    const known = this.#byId.get(id)
    if (known && known.text !== incoming.text)
      throw new Refusal('id_taken', 'id: already used for another text', { status: 409, field: 'id' })
    if (known) return { message: known, duplicate: true }
    this.names.set(incoming.author ?? incoming.chat, name)
    const message = this.#add(id, { ...incoming, fromMe: false, by: 'customer', device: null, ack: 1 })
    return { message, duplicate: false }
  }

  /** Sending the same key again gives the first message: WhatsApp shows a message once. */
  send(to: ChatId, text: string, key: string, by: 'device' | 'phone', device: Device | null): StoredMessage {
    const id = idOf(true, to, key, to.endsWith('@g.us') ? this.wid : null)
    const known = this.#byId.get(id)
    if (known) return known
    const ack = this.online || by === 'phone' ? 1 : 0
    const draft: Draft = {
      chat: to,
      author: null,
      type: 'chat',
      text,
      fromMe: true,
      by,
      device: device?.id ?? null,
      ack,
    }
    const message = this.#add(id, draft)
    this.markRead(to)
    return message
  }

  has = (chat: ChatId) => this.#here(chat).length > 0

  find(id: string): StoredMessage | null {
    const message = this.#byId.get(id)
    return message && isHere(message) ? message : null
  }

  /** The last `count` of a chat (all: -1), or those before or after one of them. Oldest first, as WhatsApp gives them. */
  history(chat: ChatId, ask: HistoryAsk): StoredMessage[] {
    const count = ask.count || 20
    let found = ask.onlyUnread ? this.unread(chat) : this.#here(chat)
    if (ask.id !== undefined) {
      const seq = this.find(ask.id)?.seq ?? 0
      const after = ask.direction === 'after'
      found = found.filter((message) => (after ? message.seq > seq : message.seq < seq))
      if (after && count > 0) return found.slice(0, count)
    }
    return count < 0 ? found : found.slice(-count)
  }

  chats(): WireChat[] {
    return [...this.#byChat.keys()]
      .map((id) => this.chat(id))
      .filter((chat) => chat !== null)
      .sort((a, b) => (this.#byId.get(b.last?.id ?? '')?.seq ?? 0) - (this.#byId.get(a.last?.id ?? '')?.seq ?? 0))
  }

  chat(id: ChatId): WireChat | null {
    const last = (this.#byChat.get(id) ?? []).findLast(isHere)
    if (!last) return null
    return {
      id,
      name: this.names.get(id) ?? id.split('@')[0] ?? '',
      t: last.t,
      unreadCount: this.unread(id).length,
      last,
    }
  }

  unread(chat: ChatId): StoredMessage[] {
    const readUpTo = this.#readUpTo.get(chat) ?? 0
    return this.#here(chat).filter((message) => !message.fromMe && message.seq > readUpTo)
  }

  /** Returns how many were unread. */
  markRead(chat: ChatId): number {
    const unread = this.unread(chat)
    const last = unread.at(-1)
    if (last) this.#readUpTo.set(chat, last.seq)
    for (const message of unread) message.ack = 3
    return unread.length
  }

  /** Of this message and those before it the device needs no more telling. */
  confirm(device: Device, id: string) {
    device.toldUpTo = Math.max(device.toldUpTo, this.#byId.get(id)?.seq ?? 0)
  }

  /** The device is there again. */
  comeBack(device: Device) {
    if (!this.announcesMissed) device.toldUpTo = this.messages.length
  }

  /** A device with a network was here, and has fetched what waited. */
  arrive() {
    for (const message of this.messages.slice(this.#arrivedUpTo)) {
      if (!message.fromMe && message.ack === 1) message.ack = 2
    }
    this.#arrivedUpTo = this.messages.length
  }

  /** The network is back: what our devices had sent meanwhile leaves now. */
  flush(): StoredMessage[] {
    const waiting = this.messages.filter((message) => message.fromMe && message.ack === 0)
    for (const message of waiting) message.ack = 1
    return waiting
  }

  /** The customer's phone has it, or its owner read it. Returns what changed. */
  raiseAck(chat: ChatId, ack: 2 | 3): StoredMessage[] {
    const ours = (this.#byChat.get(chat) ?? []).filter(({ fromMe }) => fromMe)
    const raised = ours.filter((message) => message.ack > 0 && message.ack < ack)
    for (const message of raised) message.ack = ack
    return raised
  }

  #here = (chat: ChatId) => (this.#byChat.get(chat) ?? []).filter(isHere)

  #add(id: string, draft: Draft): StoredMessage {
    const now = new Date()
    const message: StoredMessage = {
      ...draft,
      id,
      from: draft.fromMe ? this.wid : draft.chat,
      to: draft.fromMe ? draft.chat : this.wid,
      t: Math.floor(now.getTime() / 1000),
      notifyName: draft.fromMe ? '' : (this.names.get(draft.author ?? draft.chat) ?? ''),
      seq: this.messages.length + 1,
      at: now.toISOString(),
    }
    this.#keep(message)
    return message
  }

  #keep(message: StoredMessage) {
    this.messages.push(message)
    this.#byId.set(message.id, message)
    const chat = this.#byChat.get(message.chat)
    if (chat) chat.push(message)
    else this.#byChat.set(message.chat, [message])
  }
}

/** In groups the author's id is part of the message's. */
const idOf = (fromMe: boolean, chat: ChatId, key: string, author: ChatId | null) =>
  `${fromMe}_${chat}_${key}${author === null ? '' : `_${author}`}`

/** What no device has fetched yet is on WhatsApp's servers, not in the page. */
const isHere = (message: StoredMessage) => message.fromMe || message.ack > 1
