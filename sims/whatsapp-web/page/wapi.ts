// WAPI: wppconnect's own layer over WPP, with the same shapes as its dist/lib/wapi/wapi.js.
import { on } from './emitter.js'
import { type Chat, type Contact, idText, type Message } from './models.js'
import { session } from './session.js'
import { PAGE_VERSION, WPP } from './wpp.js'

type Callback = (...values: unknown[]) => unknown

const serializeContact = (contact: Contact | null) =>
  contact && {
    ...contact.toJSON(),
    formattedName: contact.formattedName,
    isMe: contact.isMe,
    isMyContact: contact.isMyContact,
    isPSA: contact.isPSA,
    isUser: contact.isUser,
    isWAContact: contact.isWAContact,
    profilePicThumbObj: {},
    statusMute: contact.statusMute,
    msgs: null,
  }

const serializeChat = (chat: Chat | null | undefined) =>
  chat && {
    ...chat.toJSON(),
    kind: chat.kind,
    isBroadcast: chat.isBroadcast,
    isGroup: chat.isGroup,
    isUser: chat.isUser,
    contact: serializeContact(chat.contact),
    groupMetadata: null,
    presence: null,
    msgs: null,
  }

const serializeMessage = (message: Message | null | undefined) =>
  message && {
    ...message.toJSON(),
    id: message.id._serialized,
    from: message.from._serialized,
    to: message.to._serialized,
    author: message.author?._serialized,
    chatId: message.id.remote,
    fromMe: message.id.fromMe,
    sender: serializeContact(message.senderObj),
    timestamp: message.t,
    content: message.body,
    isGroupMsg: message.isGroupMsg,
    isLink: message.isLink,
    isMMS: message.isMMS,
    isMedia: message.isMedia,
    isNotification: message.isNotification,
    isPSA: message.isPSA,
    type: message.type,
    mediaData: {},
  }

const processMessageObj = (message: Message, includeMe: boolean) =>
  message.id.fromMe && !includeMe ? undefined : serializeMessage(message)

const unreadChats = () => WPP.chat.list({ onlyWithUnreadMessage: true })
const unreadOf = (chat: Chat) => WPP.chat.getMessages(chat.id, { count: -1, onlyUnread: true })

async function messagesOf(id: unknown, includeMe: boolean) {
  const messages = await WPP.chat.getMessages(id, { count: -1 })
  return messages.map((message) => processMessageObj(message, includeMe)).filter(Boolean)
}

const nothingHappens = () => true

/** Tells the callback now, and at every change. */
function stateCallback(callback: Callback, read: () => unknown, once: { told: boolean }) {
  on('sim.socket', () => callback(read()))
  if (!once.told) callback(read())
  once.told = true
  return true
}
const told = { state: { told: false }, stream: { told: false } }
const stream = () => ({ displayInfo: 'NORMAL', ...WPP.conn.getStreamData() })

export const WAPI = {
  _serializeChatObj: serializeChat,
  _serializeContactObj: serializeContact,
  _serializeMessageObj: serializeMessage,
  processMessageObj,
  getWAVersion: () => PAGE_VERSION,
  getHost: () => WPP.whatsapp.Conn.attributes,
  getWid: () => WPP.whatsapp.UserPrefs.getMaybeMeUser()?._serialized,
  isConnected: () => session.account?.online ?? false,
  isLoggedIn: () => session.registered,
  isRegistered: () => WPP.conn.isRegistered(),
  getBatteryLevel: () => 100,
  takeOver: async () => {
    await WPP.whatsapp.Socket.takeover()
    return true
  },
  logout: () => WPP.conn.logout(),

  getAllChats: async () => (await WPP.chat.list()).map(serializeChat),
  getAllChatsWithNewMsg: async () => (await unreadChats()).map(serializeChat),
  getAllChatIds: async () => (await WPP.chat.list()).map((chat) => chat.id._serialized),
  getChat: (id: unknown) => WPP.chat.get(idText(id)),
  getChatById: async (id: unknown) => serializeChat(await WPP.chat.find(idText(id))),
  getContact: async (id: unknown) => serializeContact((await WPP.chat.get(idText(id)))?.contact ?? null),
  getAllContacts: async () => (await WPP.chat.list()).map((chat) => serializeContact(chat.contact)),
  checkNumberStatus: async (id: string) => {
    const found = await WPP.contact.queryExists(id)
    if (found) return { id: found.wid, isBusiness: false, canReceiveMessage: true, numberExists: true, status: 200 }
    return { id, isBusiness: false, canReceiveMessage: false, numberExists: false, status: 404 }
  },

  getMessageById: async (id: unknown) => serializeMessage(await WPP.chat.getMessageById(id)),
  getMessages: async (id: unknown, options: object = {}) =>
    (await WPP.chat.getMessages(id, options)).map(serializeMessage),
  getAllMessagesInChat: (id: unknown, includeMe: boolean) => messagesOf(id, includeMe),
  loadAndGetAllMessagesInChat: (id: unknown, includeMe: boolean) => messagesOf(id, includeMe),
  loadEarlierMessages: nothingHappens,
  getAllUnreadMessages: async () =>
    (await Promise.all((await unreadChats()).map(unreadOf))).flat().map(serializeMessage),
  getAllNewMessages: () => WAPI.getAllUnreadMessages(),
  getUnreadMessages: async () =>
    Promise.all(
      (await unreadChats()).map(async (chat) => ({
        ...serializeChat(chat),
        messages: (await unreadOf(chat)).map(serializeMessage),
      })),
    ),

  waitNewAcknowledgements: (callback: Callback) => {
    on('sim.ack', callback)
    return true
  },
  onStateChange: (callback: Callback) => stateCallback(callback, () => session.socket, told.state),
  onStreamChange: (callback: Callback) => stateCallback(callback, () => WPP.whatsapp.Socket.stream, told.stream),
  onStreamModeChanged: (callback: Callback) => stateCallback(callback, () => stream().mode, { told: false }),
  onStreamInfoChanged: (callback: Callback) => stateCallback(callback, () => stream().info, { told: false }),
  onInterfaceChange: (callback: Callback) => stateCallback(callback, stream, { told: false }),
  onAddedToGroup: nothingHappens,
  onIncomingCall: nothingHappens,
  onNotificationMessage: nothingHappens,
  onLiveLocation: nothingHappens,
}
