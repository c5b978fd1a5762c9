// WPP: as much of wa-js as wppconnect uses for text messages. What is missing here is missing in the page, loudly.
import type { PageCalls } from '../protocol.js'
import { emit, off, on, once } from './emitter.js'
import { call, wppError } from './link.js'
import { chatModel, idText, MsgKey, messageModel, Wid, widOf } from './models.js'
import { isRegistered, session, taken } from './session.js'

interface SendOptions {
  messageId?: string | MsgKey
  markIsRead?: boolean
  waitForAck?: boolean
  delay?: number
}

const conn = {
  isRegistered,
  isAuthenticated: isRegistered,
  isMainReady: () => session.ready,
  isMainLoaded: () => session.ready,
  isMainInit: () => true,
  isMultiDevice: () => true,
  isOnline: () => session.account?.online ?? true,
  isIdle: () => false,
  needsUpdate: () => false,
  getAuthCode: () => session.authCode,
  getMyUserId: () => myWid(),
  getMyUserWid: () => myWid(),
  getPlatform: () => 'android',
  getStreamData: () => ({ mode: session.ready ? 'MAIN' : 'QR', info: session.ready ? 'NORMAL' : 'PAIRING' }),
  getBuildConstants: () => ({ VERSION_STR: PAGE_VERSION }),
  setKeepAlive: () => true,
  markAvailable: async (available = true) => {
    await call('presence', { chat: null, state: available ? 'available' : 'unavailable' })
    return true
  },
  logout: async () => {
    await call('logout', {})
    return true
  },
  startLinkDeviceCodeForPhoneNumber: (phone: unknown) => linkCode(phone, false),
  genLinkDeviceCodeForPhoneNumber: (phone: unknown) => linkCode(phone, true),
  refreshLinkDeviceCode: () => {
    if (session.linkPhone === null) throw new Error('No phone linking flow is active')
    return linkCode(session.linkPhone, true)
  },
  cancelLinkDeviceCode: () => {
    session.linkPhone = null
  },
}

export const PAGE_VERSION = '2.3000.0-sim'

async function linkCode(phone: unknown, fresh: boolean): Promise<string> {
  if (session.registered) throw wppError('cannot_get_code_for_already_authenticated', 'Already authenticated')
  const digits = String(phone).replace(/\D/g, '')
  session.linkPhone = digits
  try {
    const { code } = await call('link', { phone: digits, fresh })
    emit('conn.link_code_change', code)
    return code
  } catch (error) {
    session.linkPhone = null
    emit('conn.link_code_error', error)
    throw error
  }
}

const myWid = () => (session.account ? new Wid(`${session.account.phone}@c.us`) : undefined)

const chat = {
  defaultSendMessageOptions: { createChat: true, detectMentioned: true, markIsRead: true, waitForAck: true, delay: 0 },
  sendTextMessage,
  list: async (options: ListOptions = {}) => {
    throwUnlessReady()
    const chats = (await call('chats', {})).map(chatModel)
    return chats
      .filter((chat) => !options.onlyGroups || chat.isGroup)
      .filter((chat) => !options.onlyUsers || chat.isUser)
      .filter((chat) => !options.onlyWithUnreadMessage || chat.unreadCount > 0)
      .slice(0, options.count)
  },
  get: async (id: unknown) => {
    throwUnlessReady()
    const found = await call('chat', { id: widOf(id)._serialized })
    return found ? chatModel(found) : undefined
  },
  find: async (id: unknown) => (await chat.get(id)) ?? (await knownByLid(widOf(id))) ?? newChat(widOf(id)),
  getMessages: async (id: unknown, options: Omit<PageCalls['messages']['input'], 'chat'> = {}) => {
    const wire = await call('messages', { ...options, chat: await knownChat(id) })
    return wire.map((message) => messageModel(message, false))
  },
  getMessageById: async (id: unknown) => {
    throwUnlessReady()
    const wire = await call('message', { id: idText(id) })
    if (!wire) throw wppError('msg_not_found', `Message ${idText(id)} not found`)
    return messageModel(wire, false)
  },
  markIsRead: async (id: unknown) => {
    const chat = await knownChat(id)
    return { wid: new Wid(chat), ...(await call('read', { chat })) }
  },
  markIsComposing: (id: unknown, ms?: number) => chatState(id, 'composing', ms),
  markIsRecording: (id: unknown, ms?: number) => chatState(id, 'recording', ms),
  markIsPaused: (id: unknown) => chatState(id, 'paused'),
}

interface ListOptions {
  count?: number
  onlyGroups?: boolean
  onlyUsers?: boolean
  onlyWithUnreadMessage?: boolean
}

/** As in wa-js, most calls want a chat that is there already; only sending opens one. */
async function knownChat(id: unknown): Promise<string> {
  throwUnlessReady()
  const found = await chat.get(id)
  if (!found) throw wppError('chat_not_found', `Chat not found for ${idText(id)}`)
  return found.id._serialized
}

async function chatState(id: unknown, state: string, ms?: number) {
  const chat = await knownChat(id)
  await call('presence', { chat, state })
  if (!ms) return
  await new Promise((resolve) => setTimeout(resolve, ms))
  await call('presence', { chat, state: 'paused' })
}

/** The chat of a number that WhatsApp names by a LID. With none yet, a client must have asked for the LID before. */
async function knownByLid(wid: Wid) {
  const { lid } = await call('names', { id: wid._serialized })
  if (lid === null || lid === wid._serialized) return undefined
  const found = await chat.get(lid)
  if (!found) throw new Error('No LID for user')
  return found
}

async function newChat(wid: Wid) {
  if (!(await call('exists', { id: wid._serialized }))) throw wppError('chat_not_found', `Chat not found for ${wid}`)
  return chatModel({ id: wid._serialized, name: wid.user, t: 0, unreadCount: 0, last: null })
}

function throwUnlessReady() {
  if (!session.registered) throw wppError('not_authenticated', 'This page is not logged in')
  if (!session.ready) throw wppError('main_not_ready', 'WhatsApp is still loading')
}

/** The message is in the page (and an event) before WhatsApp has it: with no network it waits there. */
async function sendTextMessage(to: unknown, content: unknown, given: SendOptions = {}) {
  const options = { ...chat.defaultSendMessageOptions, ...given }
  throwUnlessReady()
  if (session.socket === 'CONFLICT') throw wppError('conflict', 'WhatsApp is open in another window')
  if (typeof content !== 'string' || content.trim() === '') throw wppError('empty_text', 'The text must not be empty')
  const wid = (await chat.find(widOf(to))).id
  const key = options.messageId ? givenKey(options.messageId, wid) : newKey(wid)
  if (options.delay) await chatState(wid, 'composing', options.delay)
  if (!(await call('message', { id: key._serialized }))) announce(key, content)
  const sent = await call('send', { to: wid._serialized, text: content, key: key.id })
  const { id, ack } = options.waitForAck ? await taken(sent) : sent
  return {
    id,
    ack,
    from: String(myWid()),
    to: wid._serialized,
    sendMsgResult: { messageSendResult: ack < 0 ? 'ERROR_UNKNOWN' : 'OK', t: sent.t },
  }
}

function announce(key: MsgKey, text: string) {
  const from = String(myWid())
  const [id, chat] = [key._serialized, key.remote._serialized]
  const t = Math.floor(Date.now() / 1000)
  const wire = {
    id,
    chat,
    fromMe: true,
    from,
    to: chat,
    author: null,
    type: 'chat',
    text,
    t,
    ack: 0,
    notifyName: '',
  } as const
  emit('chat.new_message', messageModel(wire, true))
}

function givenKey(id: string | MsgKey, wid: Wid): MsgKey {
  const key = new MsgKey(idText(id))
  if (!key.fromMe) throw wppError('message_key_is_not_from_me', 'Message key is not from me')
  if (key.remote._serialized !== wid._serialized)
    throw wppError('message_key_remote_id_is_not_same_of_chat', 'Message key remote ID is not same of chat')
  return key
}

function newKey(wid: Wid): MsgKey {
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(9)), (byte) => byte.toString(16).padStart(2, '0'))
  return new MsgKey(`true_${wid}_3EB0${hex.join('').toUpperCase()}`)
}

const contact = {
  queryExists: async (id: unknown) => {
    const wid = widOf(id)
    if (!(await call('exists', { id: wid._serialized }))) return null
    const { lid } = await call('names', { id: wid._serialized })
    return { wid, biz: false, lid: lid === null ? undefined : new Wid(lid) }
  },
  getPnLidEntry: async (id: unknown) => {
    const { phone, lid } = await call('names', { id: widOf(id)._serialized })
    return { phoneNumber: phone === null ? undefined : new Wid(phone), lid: lid === null ? undefined : new Wid(lid) }
  },
}

const whatsapp = {
  Socket: {
    get state() {
      return session.socket
    },
    get stream() {
      return session.socket === 'CONNECTED' ? 'CONNECTED' : 'DISCONNECTED'
    },
    takeover: () => call('takeover', {}),
  },
  Stream: {
    get displayInfo() {
      return session.ready ? 'NORMAL' : 'PAIRING'
    },
    get mode() {
      return conn.getStreamData().mode
    },
    get info() {
      return conn.getStreamData().info
    },
  },
  Conn: {
    get attributes() {
      const wid = myWid()
      const { phone, pushname } = session.account ?? {}
      return {
        id: phone,
        ref: null,
        refTTL: 20000,
        wid,
        me: wid,
        connected: session.ready,
        pushname,
        platform: 'android',
      }
    },
  },
  UserPrefs: { getMaybeMeUser: myWid },
  functions: { isLidMigrated: () => false },
}

export const WPP = {
  version: '4.0.0-sim',
  isReady: true,
  isInjected: true,
  isFullReady: true,
  on,
  once,
  off,
  emit,
  conn,
  chat,
  contact,
  whatsapp,
}
