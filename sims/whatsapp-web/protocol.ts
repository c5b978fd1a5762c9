// What the page and the server behind it say to each other. The page's scripts import its types only.

/** `5511999999999@c.us` or `123456789012345@lid`; a group: `120363000000000000@g.us`. */
export type ChatId = string

/** A person, by phone number and, where WhatsApp has given one, by LID. */
export interface Names {
  phone: ChatId | null
  lid: ChatId | null
}

/** Only `chat` is text; of the others the sim has no contents. */
export const MESSAGE_TYPES = [
  'chat',
  'image',
  'video',
  'ptt',
  'audio',
  'document',
  'sticker',
  'location',
  'vcard',
] as const
export type MessageType = (typeof MESSAGE_TYPES)[number]

export interface WireMessage {
  /** `false_5511999999999@c.us_3EB0…`: fromMe, chat and key, as everywhere in WhatsApp Web. */
  id: string
  chat: ChatId
  fromMe: boolean
  from: ChatId
  to: ChatId
  /** In a group: who wrote it. */
  author: ChatId | null
  type: MessageType
  /** Of what is not text: its caption, often empty. */
  text: string
  /** Seconds, as WhatsApp counts. */
  t: number
  /** -1 refused · 0 waiting for the network · 1 taken by the server · 2 delivered · 3 read. */
  ack: number
  notifyName: string
}

export interface WireChat {
  id: ChatId
  name: string
  t: number
  unreadCount: number
  last: WireMessage | null
}

export interface WireAccount {
  phone: string
  pushname: string
  online: boolean
  /** Another page of the same login has taken over. */
  conflict: boolean
  /** Its chats are not there yet. */
  loading: boolean
  /** False: the page is to say that it has no login. */
  showsLogin: boolean
}

/** Pushed to the page, one JSON line of an event stream each. */
export type PageEvent =
  | { type: 'qr'; code: string; size: number; modules: string }
  | { type: 'scanned' }
  | { type: 'paired'; token: string; account: WireAccount }
  | { type: 'hello'; account: WireAccount }
  | { type: 'unpaired' }
  | { type: 'conflict'; conflict: boolean }
  | { type: 'network'; online: boolean }
  | { type: 'message'; message: WireMessage }
  | { type: 'ack'; message: WireMessage }
  | { type: 'link-code'; code: string }
  | { type: 'link-code-expired' }
  | { type: 'crash' }
  | { type: 'reload' }

/** What the page asks of the server: `POST /call/NAME`. */
export interface PageCalls {
  /** The page has passed the message on: it is not news any more, whatever happens to the page. */
  received: { input: { id: string }; output: null }
  listening: { input: Record<string, never>; output: null }
  link: { input: { phone: string; fresh: boolean }; output: { code: string } }
  exists: { input: { id: ChatId }; output: boolean }
  names: { input: { id: ChatId }; output: Names }
  send: { input: { to: ChatId; text: string; key: string }; output: WireMessage }
  message: { input: { id: string }; output: WireMessage | null }
  messages: {
    input: { chat: ChatId; count?: number; direction?: 'before' | 'after'; id?: string; onlyUnread?: boolean }
    output: WireMessage[]
  }
  chats: { input: Record<string, never>; output: WireChat[] }
  chat: { input: { id: ChatId }; output: WireChat | null }
  read: { input: { chat: ChatId }; output: { unreadCount: number } }
  presence: { input: { chat: ChatId | null; state: string }; output: null }
  takeover: { input: Record<string, never>; output: null }
  logout: { input: Record<string, never>; output: null }
}

export type PageCall = keyof PageCalls
