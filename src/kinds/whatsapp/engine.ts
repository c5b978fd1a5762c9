// WhatsApp Web in an open browser, as the rest of this kind sees it: few methods, each with a time limit of its own.
import type { WaMessage } from './messages.js'

/** What one look at the page tells. */
export interface PageState {
  /** Linked to a phone. */
  registered: boolean
  /** Chats are loaded and synced. */
  ready: boolean
  online: boolean
  /** WhatsApp's own word: CONNECTED, TIMEOUT, CONFLICT, UNPAIRED, TOS_BLOCK … */
  socket: string | null
  /** The QR code on the screen. */
  qr: string | null
}

export interface ChatRow {
  id: string
  name: string | null
  /** Seconds, of its last message. */
  t: number
  unread: number
  group: boolean
}

/** Part of the chats in which something was written since a time. */
export interface ChatPage {
  rows: ChatRow[]
  /** Where the next part begins; null: this was the last. */
  next: string | null
}

/** Part of a chat. */
export interface HistoryPage {
  /** Oldest first. */
  messages: WaMessage[]
  /** Its first message, also when that is nothing a person wrote: what is older comes before it. Null: nothing is. */
  first: { id: string; t: number } | null
}

export interface Engine {
  /** Resolves, never rejects, with why the browser or its page ended by itself. */
  readonly died: Promise<Error>
  /** Null while the page cannot be read (loading). Rejects when it does not answer at all. */
  look(): Promise<PageState | null>
  account(): Promise<{ phone: string; name: string | null } | null>
  markSeen(chat: string): Promise<void>
  showTyping(chat: string, on: boolean): Promise<void>
  /**
   * Answers the message's id. Rejects with Refused when WhatsApp would not take it; otherwise it may have been sent.
   * One `key` is sent once in the life of the page, however often it is asked for.
   */
  sendText(chat: string, text: string, key: string): Promise<string>
  /** The newest. */
  chats(limit: number): Promise<ChatRow[]>
  /** In an order that new messages do not change. @param from where the part before this one said the next begins */
  chatsSince(sinceS: number, limit: number, from: string | null): Promise<ChatPage>
  /** The last ones, oldest first. Rejects with ChatUnknown. */
  messages(chat: string, limit: number): Promise<WaMessage[]>
  /** As many as come before a message; null: the last ones. Rejects with ChatUnknown. */
  history(chat: string, limit: number, before: string | null): Promise<HistoryPage>
  /** Take the login back from another window. */
  takeOver(): Promise<void>
  logout(): Promise<void>
  /** Ends the browser, however it is. */
  close(): Promise<void>
}

export interface EngineOptions {
  profile: string
  browser: { path: string; libs: string | null; sandbox: boolean }
  endpoint: string | undefined
  /** Pair by a code for this phone instead of a QR code. */
  phone: string | null
  signal: AbortSignal
  log(message: string): void
  on: {
    qr(code: string): void
    linkCode(code: string): void
    /** WhatsApp would not give a code, or it was used up. */
    linkTrouble(reason: string): void
    message(message: WaMessage): void
    /** WhatsApp's own word that this login is over. Whoever asked for a log-out hears it, too. */
    loggedOut(reason: string | null): void
    /** The page loaded anew: what arrived before it listened again was told to nobody. */
    reload(): void
    /** Something changed: look. */
    hint(): void
  }
}

/** Rejects with Unreachable when there is no way to WhatsApp Web. */
export type OpenEngine = (options: EngineOptions) => Promise<Engine>

export class Refused extends Error {
  override readonly name = 'Refused'
}

export class ChatUnknown extends Error {
  override readonly name = 'ChatUnknown'
}

/** No network, no name server, WhatsApp Web away: nothing that a new process would change. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}
