// The control API: the phone's owner, the customers and the network, for tests, demos and curl. JSON over plain HTTP.

import { badField } from '../refusal.js'
import { type Input, serveVerbs, type Verb } from '../verbs.js'
import type { Incoming, StoredMessage } from './account.js'
import type { Exchange } from './exchange.js'
import { isNumber, messageKey } from './phones.js'
import { MESSAGE_TYPES } from './protocol.js'

export const serveControl = (exchange: Exchange) => serveVerbs(controlVerbs(exchange))

function controlVerbs(exchange: Exchange): Record<string, Verb> {
  const { phones } = exchange
  const account = (input: Input, field = 'phone') => phones.get(number(input, field), field)
  const all = (input: Input) => (input.phone === undefined ? phones.all() : [account(input)])
  const done = (device: { id: number }, phone: string) => ({ phone, device: device.id })
  return {
    'POST /scan': {
      fields: ['code', 'phone', 'passkey'],
      run: (input) => {
        const [code, phone] = [text(input, 'code'), number(input, 'phone')]
        if (input.passkey !== true)
          return done(isLinkCode(code) ? exchange.link(code, phone) : exchange.scan(code, phone), phone)
        exchange.scanInVain(code)
        return { phone, device: null }
      },
    },
    'POST /link': {
      fields: ['code', 'phone'],
      run: (input) => {
        const phone = number(input, 'phone')
        return done(exchange.link(text(input, 'code'), phone), phone)
      },
    },
    'POST /unpair': { fields: ['phone'], run: (input) => ({ unpaired: exchange.unpair(account(input)) }) },
    'POST /deliver': {
      fields: ['to', 'from', 'text', 'id', 'name', 'type', 'group'],
      run: (input) => {
        const { message, duplicate } = exchange.deliver(account(input, 'to'), incoming(input))
        return { id: message.id, duplicate, ack: message.ack }
      },
    },
    'POST /type-from-phone': {
      fields: ['phone', 'to', 'text'],
      run: (input) => ({
        id: exchange.typeFromPhone(account(input), `${number(input, 'to')}@c.us`, text(input, 'text')).id,
      }),
    },
    'POST /read': {
      fields: ['phone', 'from'],
      run: (input) => ({ read: exchange.customerReads(account(input), `${number(input, 'from')}@c.us`) }),
    },
    'POST /offline': { fields: ['phone'], run: (input) => online(account(input), false) },
    'POST /online': { fields: ['phone'], run: (input) => online(account(input), true) },
    'POST /crash': { fields: ['phone'], run: (input) => ({ crashed: exchange.crash(account(input)) }) },
    'POST /reload': { fields: ['phone'], run: (input) => ({ reloaded: exchange.reload(account(input)) }) },
    'POST /missed': {
      fields: ['phone', 'announced'],
      run: (input) => {
        const [who, announced] = [account(input), flag(input, 'announced') ?? true]
        who.announcesMissed = announced
        return { phone: who.phone, announced }
      },
    },
    'POST /loading': {
      fields: ['phone', 'loading'],
      run: (input) => {
        const [who, loading] = [phones.getOrCreate(number(input, 'phone')), flag(input, 'loading') ?? true]
        exchange.setLoading(who, loading)
        return { phone: who.phone, loading }
      },
    },
    'POST /login': {
      fields: ['phone', 'shown'],
      run: (input) => ({ pages: exchange.showLogin(account(input), flag(input, 'shown') ?? true) }),
    },
    'POST /number': {
      fields: ['number', 'exists', 'lid', 'refuses'],
      run: (input) => {
        const who = number(input, 'number')
        const [exists, refuses] = [flag(input, 'exists'), flag(input, 'refuses')]
        if (input.lid !== undefined) {
          const lid = text(input, 'lid')
          if (!/^\d{10,20}$/.test(lid)) throw badField('lid', 'must be 10 to 20 digits')
          phones.setLid(who, lid)
        }
        if (exists !== undefined) phones.setOnWhatsapp(who, exists)
        if (refuses !== undefined) phones.setRefusing(who, refuses)
        return { number: who, exists: phones.exists(`${who}@c.us`), lid: phones.namesOf(`${who}@c.us`).lid }
      },
    },
    'GET /messages': {
      fields: ['phone'],
      run: (input) =>
        all(input)
          .flatMap(({ phone, messages }) => messages.map((message) => shownMessage(phone, message)))
          .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
    },
    'GET /presence': {
      fields: ['phone'],
      run: (input) =>
        exchange.presences.filter(({ phone }) => input.phone === undefined || phone === account(input).phone),
    },
    'GET /state': { fields: [], run: () => shownState(exchange) },
  }

  function online(account: ReturnType<typeof phones.get>, online: boolean) {
    exchange.setOnline(account, online)
    return { phone: account.phone, online }
  }
}

const shownMessage = (phone: string, { id, fromMe, from, to, text, by, device, ack, at }: StoredMessage) => ({
  id,
  phone,
  direction: fromMe ? 'out' : 'in',
  from: from.replace('@c.us', ''),
  to: to.replace('@c.us', ''),
  text,
  by,
  device,
  ack,
  at,
})

const shownState = (exchange: Exchange) => ({
  phones: exchange.phones.all().map((account) => ({
    phone: account.phone,
    online: account.online,
    devices: [...account.devices.values()].map((device) => ({
      id: device.id,
      pages: exchange.pages().filter((page) => page.login?.device === device && !page.conflict).length,
    })),
  })),
  unpairedPages: exchange
    .pages()
    .filter((page) => !page.login)
    .map(({ qr, link }) => ({ qr, link })),
})

/** A customer's message; with `group` (digits) in a group we are in, with `type` something else than text. */
function incoming(input: Input): Incoming {
  const from = number(input, 'from')
  const type = MESSAGE_TYPES.find((type) => type === (input.type ?? 'chat'))
  if (!type) throw badField('type', `must be one of ${MESSAGE_TYPES.join(', ')}`)
  const group = input.group === undefined ? null : text(input, 'group')
  if (group !== null && !/^\d{10,25}$/.test(group)) throw badField('group', 'must be 10 to 25 digits')
  return {
    chat: group === null ? `${from}@c.us` : `${group}@g.us`,
    author: group === null ? null : `${from}@c.us`,
    type,
    text: type !== 'chat' && input.text === undefined ? '' : text(input, 'text'),
    key: input.id === undefined ? messageKey('android') : messageId(input),
    name: input.name === undefined ? `Customer ${from.slice(-4)}` : text(input, 'name'),
  }
}

function text(input: Input, field: string): string {
  const value = input[field]
  if (value === undefined) throw badField(field, 'missing')
  if (typeof value !== 'string' || value === '') throw badField(field, 'must be text, not empty')
  return value
}

function flag(input: Input, field: string): boolean | undefined {
  const value = input[field]
  if (value !== undefined && typeof value !== 'boolean') throw badField(field, 'must be true or false')
  return value
}

/** `5511999999999`, also written `+55 11 99999-9999` or `5511999999999@c.us`. */
function number(input: Input, field: string): string {
  const digits = text(input, field)
    .replace('@c.us', '')
    .replace(/^\+|[\s()-]/g, '')
  if (!isNumber(digits)) throw badField(field, 'must be a phone number with its country code, 7 to 15 digits')
  return digits
}

function messageId(input: Input): string {
  const id = text(input, 'id')
  if (!/^[\w.:-]{1,64}$/.test(id)) throw badField('id', 'must be 1 to 64 letters, digits or . : _ -')
  return id
}

const isLinkCode = (code: string) => /^[0-9A-Z]{4}-?[0-9A-Z]{4}$/i.test(code)
