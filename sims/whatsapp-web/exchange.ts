// WhatsApp's side: joins phones, linked devices and the pages that are open, and passes messages between them.
import type { ServerResponse } from 'node:http'
import { badField, Refusal } from '../refusal.js'
import type { Account, Device, Incoming, StoredMessage } from './account.js'
import { type CodeTimes, LivePage } from './live-page.js'
import { messageKey, type Phones } from './phones.js'
import type { ChatId, PageEvent, WireAccount } from './protocol.js'

/** As WhatsApp's own. */
const LONGEST_TEXT = 65_536
const PRESENCES_KEPT = 10_000

/** Typing, reading and the like, for those who test how human a bot looks. */
export interface Presence {
  phone: string
  chat: ChatId | null
  state: string
  at: string
}

export class Exchange {
  readonly phones: Phones
  presences: Presence[] = []
  readonly #times: CodeTimes
  readonly #pages = new Map<string, LivePage>()
  readonly #changed: () => void

  constructor(phones: Phones, times: CodeTimes, changed: () => void) {
    this.phones = phones
    this.#times = times
    this.#changed = changed
  }

  pages = () => [...this.#pages.values()]

  page(id: string): LivePage {
    const page = this.#pages.get(id)
    if (!page) throw new Refusal('page_unknown', 'this page has no stream', { status: 409 })
    return page
  }

  // Pages come and go

  open(id: string, token: string | null, stream: ServerResponse) {
    const page = new LivePage(id, stream, this.#times)
    this.#pages.get(id)?.close()
    this.#pages.set(id, page)
    stream.on('close', () => this.#gone(page))
    const login = token === null ? null : this.phones.byToken(token)
    if (token !== null && !login) page.tell({ type: 'unpaired' })
    else if (login) this.#logIn(page, login)
    else page.showCodes()
  }

  #gone(page: LivePage) {
    page.hideCodes()
    if (this.#pages.get(page.id) === page) this.#pages.delete(page.id)
  }

  /** The newest page has the login; an older one is told that it is open elsewhere. */
  #logIn(page: LivePage, login: { account: Account; device: Device }) {
    page.login = login
    this.#useOnly(page)
    login.account.comeBack(login.device)
    page.tell({ type: 'hello', account: wireAccount(login.account) })
    this.#spread(login.account)
  }

  #useOnly(page: LivePage) {
    for (const other of this.pages()) {
      if (other === page || other.conflict || other.login?.device !== page.login?.device) continue
      other.conflict = true
      other.tell({ type: 'conflict', conflict: true })
    }
    page.conflict = false
  }

  takeOver(page: LivePage) {
    this.#useOnly(page)
    page.tell({ type: 'conflict', conflict: false })
    this.#handOut(page)
  }

  listen(page: LivePage) {
    if (!page.listening) page.login?.account.comeBack(page.login.device)
    page.listening = true
    this.#handOut(page)
  }

  // The phone's owner

  scan(code: string, phone: string): Device {
    const page = this.pages().find((page) => page.qr === code)
    if (!page) throw badField('code', 'no open page shows it (codes change: it may have expired)', 410)
    return this.#pair(page, phone)
  }

  link(code: string, phone: string): Device {
    const plain = (text: string) => text.replace('-', '').toUpperCase()
    const page = this.pages().find(({ link }) => link && plain(link.code) === plain(code))
    if (!page?.link) throw badField('code', 'no open page shows it (codes change: it may have expired)', 410)
    if (page.link.phone !== phone) throw badField('phone', 'the code was made for another number', 409)
    return this.#pair(page, phone)
  }

  /** Scanned, and then nothing: what the pages of accounts look like that WhatsApp asks for a passkey. */
  scanInVain(code: string) {
    const page = this.pages().find((page) => page.qr === code)
    if (!page) throw badField('code', 'no open page shows it (codes change: it may have expired)', 410)
    page.hideCodes()
    page.tell({ type: 'scanned' })
  }

  #pair(page: LivePage, phone: string): Device {
    const account = this.phones.getOrCreate(phone)
    const device = account.link()
    page.hideCodes()
    page.login = { account, device }
    page.tell({ type: 'paired', token: device.token, account: wireAccount(account) })
    this.#changed()
    return device
  }

  /** Returns how many devices were unlinked: all of the phone's, or the one given. */
  unpair(account: Account, only?: Device): number {
    const devices = [...account.devices.values()].filter((device) => !only || device === only)
    for (const device of devices) {
      account.devices.delete(device.token)
      for (const page of this.pages().filter((page) => page.login?.device === device)) {
        page.tell({ type: 'unpaired' })
        page.login = null
      }
    }
    this.#changed()
    return devices.length
  }

  typeFromPhone(account: Account, whom: ChatId, text: string): StoredMessage {
    const to = this.phones.chatOf(whom)
    this.#throwUnlessSendable(account, to, text)
    const message = account.send(to, text, messageKey('iphone'), 'phone', null)
    account.raiseAck(to, 2)
    this.#spread(account)
    return message
  }

  setOnline(account: Account, online: boolean) {
    if (account.online === online) return
    account.online = online
    this.#tellAll(account, { type: 'network', online })
    if (!online) return this.#changed()
    for (const device of account.devices.values()) account.comeBack(device)
    for (const message of account.flush()) this.#taken(account, message)
    this.#spread(account)
  }

  /** Its chats load, and load, until it is told that they have. */
  setLoading(account: Account, loading: boolean) {
    account.loading = loading
    this.#tellAll(account, { type: 'hello', account: wireAccount(account) })
  }

  /** An outage of WhatsApp Web: to its pages it looks as if they had no login. None of them is unlinked. */
  showLogin(account: Account, shown: boolean): number {
    account.showsLogin = shown
    return this.#tellAll(account, { type: 'hello', account: wireAccount(account) })
  }

  crash(account: Account): number {
    return this.#tellAll(account, { type: 'crash' })
  }

  /** As WhatsApp Web does for a new version of itself. */
  reload(account: Account): number {
    return this.#tellAll(account, { type: 'reload' })
  }

  // Messages

  deliver(account: Account, { chat, author, ...incoming }: Incoming) {
    const named = (id: ChatId) => this.phones.chatOf(id)
    const received = account.receive({ ...incoming, chat: named(chat), author: author && named(author) })
    this.#spread(account)
    return received
  }

  send(page: LivePage, to: ChatId, text: string, key: string): StoredMessage {
    const { account, device } = this.#usable(page)
    this.#throwUnlessSendable(account, to, text)
    const message = account.send(to, text, key, 'device', device)
    if (this.phones.refuses(to)) message.ack = -1
    if (message.ack === 1) this.#taken(account, message)
    this.#spread(account)
    return message
  }

  /** The account of a page that asks. That it asks shows that it lives: what waited has arrived. */
  accountOf(page: LivePage): Account {
    const { login } = page
    if (!login) throw new Refusal('not_authenticated', 'This page is not logged in', { status: 401 })
    if (login.account.online && !page.conflict) login.account.arrive()
    return login.account
  }

  received(page: LivePage, id: string) {
    const account = this.accountOf(page)
    if (page.login) account.confirm(page.login.device, id)
    this.#changed()
  }

  /** Every well-formed number is on WhatsApp unless taken off it; a group only when somebody has written in it. */
  exists = (account: Account, id: ChatId) => (id.endsWith('@g.us') ? account.has(id) : this.phones.exists(id))

  read(account: Account, chat: ChatId): number {
    const unread = account.markRead(chat)
    this.note(account, chat, 'read')
    this.#changed()
    return unread
  }

  note(account: Account, chat: ChatId | null, state: string) {
    const presence = { phone: account.phone, chat, state, at: new Date().toISOString() }
    this.presences = [...this.presences.slice(1 - PRESENCES_KEPT), presence]
  }

  customerReads(account: Account, chat: ChatId): number {
    const read = account.raiseAck(chat, 3)
    for (const message of read) this.#tellAll(account, { type: 'ack', message })
    this.#changed()
    return read.length
  }

  #usable(page: LivePage) {
    if (!page.login) throw new Refusal('not_authenticated', 'This page is not logged in', { status: 401 })
    if (page.conflict) throw new Refusal('conflict', 'WhatsApp is open in another window', { status: 409 })
    return page.login
  }

  #throwUnlessSendable(account: Account, to: ChatId, text: string) {
    if (!this.exists(account, to)) throw new Refusal('chat_not_found', `Chat not found for ${to}`, { field: 'to' })
    if (text.trim() === '') throw new Refusal('empty_text', 'text: must not be empty', { field: 'text' })
    if (text.length > LONGEST_TEXT)
      throw new Refusal('text_too_long', `text: longer than ${LONGEST_TEXT}`, { field: 'text' })
  }

  /** The server has it, then the customer's phone: two acks, in this order. */
  #taken(account: Account, message: StoredMessage) {
    this.#tellAll(account, { type: 'ack', message: { ...message } })
    for (const raised of account.raiseAck(message.chat, 2)) this.#tellAll(account, { type: 'ack', message: raised })
  }

  #spread(account: Account) {
    for (const page of this.pages()) if (page.login?.account === account) this.#handOut(page)
    this.#changed()
  }

  /** Not to the device that wrote it: its page knew before us. */
  #handOut(page: LivePage) {
    const { login } = page
    if (!login?.account.online || !page.listening || page.conflict) return
    page.toldUpTo = Math.max(page.toldUpTo, login.device.toldUpTo)
    for (const message of login.account.messages.slice(page.toldUpTo)) {
      if (message.device !== login.device.id) page.tell({ type: 'message', message })
      page.toldUpTo = message.seq
    }
  }

  #tellAll(account: Account, event: PageEvent): number {
    const pages = this.pages().filter((page) => page.login?.account === account)
    for (const page of pages) page.tell(event)
    return pages.length
  }
}

const wireAccount = (account: Account): WireAccount => ({
  phone: account.phone,
  pushname: account.names.get(account.wid) ?? account.phone,
  online: account.online,
  conflict: false,
  loading: account.loading,
  showsLogin: account.showsLogin,
})
