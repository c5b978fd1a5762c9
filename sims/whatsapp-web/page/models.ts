// WhatsApp Web's ids, messages and chats as wppconnect meets them: an id is an object that turns into text as JSON.
import type { WireChat, WireMessage } from '../protocol.js'
import { wppError } from './link.js'

export class Wid {
  readonly server: string
  readonly user: string
  readonly _serialized: string

  constructor(text: string) {
    const [user = '', server = ''] = text.split('@')
    this.server = server
    this.user = user
    this._serialized = text
  }

  toString() {
    return this._serialized
  }

  toJSON() {
    return this._serialized
  }
}

const SERVERS = ['c.us', 'g.us', 'lid', 'broadcast', 'newsletter']

/** Anything that names a chat; digits alone are a number. Throws what wa-js throws. */
export function widOf(value: unknown): Wid {
  const text = value instanceof Wid ? value._serialized : idText(value)
  const [user = '', server = 'c.us', ...rest] = text.replace('@s.whatsapp.net', '@c.us').split('@')
  if (!/^[\w.:-]+$/.test(user) || (server === 'c.us' && !/^\d+$/.test(user)) || rest.length > 0) throw badWid(text)
  if (!SERVERS.includes(server)) throw badWid(text)
  return new Wid(`${user}@${server}`)
}

const badWid = (text: string) => wppError('invalid_wid', `Invalid WID value for ${text}`)

/** Ids come as text or as objects that were once ids. */
export const idText = (value: unknown) =>
  String((value as { _serialized?: string } | null | undefined)?._serialized ?? value)

export class MsgKey {
  readonly fromMe: boolean
  readonly remote: Wid
  readonly id: string
  readonly _serialized: string

  constructor(text: string) {
    const [fromMe, remote = '', ...id] = text.split('_')
    this.fromMe = fromMe === 'true'
    this.remote = new Wid(remote)
    this.id = id.join('_')
    this._serialized = text
  }

  toString() {
    return this._serialized
  }
}

const MEDIA = ['image', 'video', 'ptt', 'audio', 'document', 'sticker']

export type Message = ReturnType<typeof messageModel>

export function messageModel(wire: WireMessage, isNewMsg: boolean) {
  const attributes = {
    id: new MsgKey(wire.id),
    body: wire.type === 'chat' ? wire.text : undefined,
    caption: wire.type === 'chat' ? undefined : wire.text,
    type: wire.type,
    t: wire.t,
    notifyName: wire.notifyName,
    from: new Wid(wire.from),
    to: new Wid(wire.to),
    author: wire.author === null ? undefined : new Wid(wire.author),
    self: wire.fromMe ? 'out' : 'in',
    ack: wire.ack,
    invis: false,
    isNewMsg,
    star: false,
    kicNotified: false,
    recvFresh: true,
    isFromTemplate: false,
    mentionedJidList: [],
    isVcardOverMmsDocument: false,
    isForwarded: false,
    labels: [],
    viewMode: 'VISIBLE',
  }
  return {
    ...attributes,
    toJSON: () => ({ ...attributes }),
    isSentByMe: wire.fromMe,
    isStatusV3: false,
    isNotification: false,
    isGroupMsg: wire.chat.endsWith('@g.us'),
    isMedia: MEDIA.includes(wire.type),
    isMMS: MEDIA.includes(wire.type),
    isPSA: false,
    isLink: /https?:\/\//.test(wire.text),
    senderObj: contactModel(wire.author ?? wire.from, wire.notifyName, wire.fromMe),
  }
}

export type Contact = ReturnType<typeof contactModel>

export function contactModel(id: string, name: string, isMe: boolean) {
  const attributes = { id: new Wid(id), name: undefined, pushname: name, type: 'in', isBusiness: false }
  return {
    ...attributes,
    toJSON: () => ({ ...attributes }),
    formattedName: name || `+${attributes.id.user}`,
    isMe,
    isMyContact: false,
    isPSA: false,
    isUser: true,
    isWAContact: true,
    statusMute: false,
  }
}

export type Chat = ReturnType<typeof chatModel>

export function chatModel(wire: WireChat) {
  const isGroup = wire.id.endsWith('@g.us')
  const attributes = {
    id: new Wid(wire.id),
    t: wire.t,
    name: wire.name,
    unreadCount: wire.unreadCount,
    lastReceivedKey: wire.last && new MsgKey(wire.last.id),
    archive: false,
    pin: 0,
    muteExpiration: 0,
    notSpam: true,
    isReadOnly: false,
  }
  return {
    ...attributes,
    toJSON: () => ({ ...attributes }),
    kind: 'chat',
    isBroadcast: false,
    isGroup,
    isUser: !isGroup,
    contact: contactModel(wire.id, wire.name, false),
    groupMetadata: null,
    presence: null,
  }
}
