// All phone numbers the sim knows, and who on WhatsApp does not exist.
import { randomBytes } from 'node:crypto'
import { badField } from '../refusal.js'
import { Account, type AccountState, type Device } from './account.js'
import type { ChatId, Names } from './protocol.js'

export interface PhonesState {
  accounts: AccountState[]
  notOnWhatsapp: string[]
  lids?: [number: string, lid: string][]
}

export class Phones {
  readonly #accounts = new Map<string, Account>()
  readonly #notOnWhatsapp: Set<string>
  /** People whom WhatsApp names by a LID: their chats bear it, and never their number. */
  readonly #lids: Map<string, string>
  /** Messages to these are taken into the chat and then refused, as to those who report a number. */
  readonly #refusing = new Set<string>()

  constructor(state?: PhonesState) {
    for (const account of state?.accounts ?? []) this.#accounts.set(account.phone, new Account(account.phone, account))
    this.#notOnWhatsapp = new Set(state?.notOnWhatsapp)
    this.#lids = new Map(state?.lids)
  }

  state(): PhonesState {
    const accounts = this.all().map((account) => account.state())
    return { accounts, notOnWhatsapp: [...this.#notOnWhatsapp], lids: [...this.#lids] }
  }

  all = () => [...this.#accounts.values()]

  /** The phone exists from the first time it scans a code. */
  getOrCreate(phone: string): Account {
    const account = this.#accounts.get(phone) ?? new Account(phone)
    this.#accounts.set(phone, account)
    return account
  }

  get(phone: string, field: string): Account {
    const account = this.#accounts.get(phone)
    if (!account) throw badField(field, `no phone ${phone} has ever linked a device here`, 404)
    return account
  }

  byToken(token: string): { account: Account; device: Device } | null {
    for (const account of this.#accounts.values()) {
      const device = account.devices.get(token)
      if (device) return { account, device }
    }
    return null
  }

  setOnWhatsapp(number: string, exists: boolean) {
    if (exists) this.#notOnWhatsapp.delete(number)
    else this.#notOnWhatsapp.add(number)
  }

  setLid(number: string, lid: string) {
    this.#lids.set(number, lid)
  }

  setRefusing(number: string, refuses: boolean) {
    if (refuses) this.#refusing.add(number)
    else this.#refusing.delete(number)
  }

  refuses = (id: ChatId) => this.#refusing.has(this.namesOf(id).phone?.split('@')[0] ?? '')

  /** A person's two names, from either. */
  namesOf(id: ChatId): Names {
    const [user = '', server] = id.split('@')
    if (server === 'c.us') return { phone: id, lid: lidId(this.#lids.get(user)) }
    const [number] = [...this.#lids].find(([, lid]) => server === 'lid' && lid === user) ?? []
    return number === undefined ? { phone: null, lid: null } : { phone: `${number}@c.us`, lid: id }
  }

  /** What their chat is called. */
  chatOf(id: ChatId): ChatId {
    return this.namesOf(id).lid ?? id
  }

  /** Whether somebody of this name is on WhatsApp. */
  exists(id: ChatId): boolean {
    const [number = ''] = this.namesOf(id).phone?.split('@') ?? []
    return isNumber(number) && !this.#notOnWhatsapp.has(number)
  }
}

const lidId = (lid: string | undefined) => (lid === undefined ? null : `${lid}@lid`)

/** Country code first; the shortest numbers in use have 7 digits, the longest 15. */
export const isNumber = (text: string) => /^[1-9]\d{6,14}$/.test(text)

/** As our own client (3EB0…), an Android or an iPhone would make them. */
export const messageKey = (maker: 'web' | 'android' | 'iphone') =>
  ({ web: `3EB0${hex(9)}`, android: `AC${hex(15)}`, iphone: `3A${hex(9)}` })[maker]

const hex = (bytes: number) => randomBytes(bytes).toString('hex').toUpperCase()
