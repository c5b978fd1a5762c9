// All phone numbers the sim knows, and who on WhatsApp does not exist.
import { randomBytes } from 'node:crypto'
import { Account, type AccountState, type Device } from './account.js'
import type { ChatId } from './protocol.js'
import { badField } from './refusal.js'

export interface PhonesState {
  accounts: AccountState[]
  notOnWhatsapp: string[]
}

export class Phones {
  readonly #accounts = new Map<string, Account>()
  readonly #notOnWhatsapp: Set<string>

  constructor(state?: PhonesState) {
    for (const account of state?.accounts ?? []) this.#accounts.set(account.phone, new Account(account.phone, account))
    this.#notOnWhatsapp = new Set(state?.notOnWhatsapp)
  }

  state(): PhonesState {
    return { accounts: this.all().map((account) => account.state()), notOnWhatsapp: [...this.#notOnWhatsapp] }
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

  /** Whether a number is on WhatsApp. There are no LIDs here. */
  exists(id: ChatId): boolean {
    const [number = '', server] = id.split('@')
    return server === 'c.us' && isNumber(number) && !this.#notOnWhatsapp.has(number)
  }
}

/** Country code first; the shortest numbers in use have 7 digits, the longest 15. */
export const isNumber = (text: string) => /^[1-9]\d{6,14}$/.test(text)

/** As our own client (3EB0…), an Android or an iPhone would make them. */
export const messageKey = (maker: 'web' | 'android' | 'iphone') =>
  ({ web: `3EB0${hex(9)}`, android: `AC${hex(15)}`, iphone: `3A${hex(9)}` })[maker]

const hex = (bytes: number) => randomBytes(bytes).toString('hex').toUpperCase()
