// One-time links: an address at the gateway for somebody who has no account here, for one purpose and one session. Types,
// and what supervisor and gateway say to each other of them.
//
//   made ── opened (now a visit: bound to the browser that opened it) ── used
//      └──────────┴── expired · replaced by a newer one · taken back
//
// The link's token is in its address and opens it once. From then on the browser shows a secret of its own, the visit's, and
// the token is worth nothing to anybody else. Only hashes of both are kept.
import type { SessionId, TenantId } from './ids.js'
import type { StateName } from './states.js'

/** What a link is for. Each has verbs of its own, and no link can ask for another's. */
export type LinkPurpose = 'pair'
export const LINK_VALID_MS = 10 * 60_000
/** A phone is asked for a code at most so often by one link: WhatsApp counts too, and blocks for hours. */
export const MAX_PHONES_OF_LINK = 5
/** As credentials: what a host service shows the supervisor. */
export const LINK_PREFIX = 'link_'
export const VISIT_PREFIX = 'visit_'
/** 256 random bits, base64url: a link's token, or a visit's secret. */
export const LINK_SECRET = /^[A-Za-z0-9_-]{43}$/

export type LinkEnd = 'used' | 'replaced' | 'taken back'

export interface OneTimeLink {
  /** No secret: names it in logs, in the audit and in its visitor's address. */
  id: string
  purpose: LinkPurpose
  session: SessionId
  tenant: TenantId
  /** Epoch ms. */
  expiresAt: number
  isOpened: boolean
  end: LinkEnd | null
  /** The number that is to be paired by a code; null: by a QR code. */
  phone: string | null
  phonesAsked: number
}

/** Those of a home, as its supervisor has them. */
export interface OneTimeLinks {
  /** @returns its token, which is said once and kept nowhere */
  make(about: { purpose: LinkPurpose; session: SessionId; tenant: TenantId }): { link: OneTimeLink; token: string }
  /** A link that can still be opened, or was opened by the browser of one of these visits. */
  find(token: string, visits: readonly string[]): { link: OneTimeLink; visit: string | null } | 'taken' | null
  /** From now on this browser has it, and no other. @returns the visit's secret; null: somebody was faster */
  open(token: string): string | null
  /** Also one that has expired or ended, while it is remembered. */
  visited(visit: string): OneTimeLink | null
  isOver(link: OneTimeLink): boolean
  /** False when it has asked for too many. Null: by QR code. */
  setPhone(link: OneTimeLink, phone: string | null): boolean
  end(link: OneTimeLink, end: LinkEnd): void
  /** @returns whether there was one to be ended */
  takeBack(session: SessionId, purpose: LinkPurpose): boolean
  /** Somebody may still follow one, or come back to hear what became of it. */
  areWanted(): boolean
}

/** What a visitor may know of what the link is about. */
export interface PairAbout {
  customer: string
  session: string
  /** ISO 8601. */
  expiresAt: string
  /** Whether it can be paired by a code that is typed on the phone. */
  byPhone: boolean
  /** Whose app it is, and what to do there, by language; null: the kind does not say. */
  words: PairWords | null
}

/**
 * How a person pairs with a kind. One list of steps for each way, each step a sentence; names of buttons stand between
 * stars: `Tap *Linked devices*.`
 */
export interface PairWords {
  /** As people call it: WhatsApp. */
  app: string
  steps: Readonly<Record<string, { scan: readonly string[]; type: readonly string[] }>>
}

/** How far it is, in what a visitor may know: no reasons of the house. */
export type PairLook =
  | { is: 'qr'; code: string }
  | { is: 'code'; code: string; phone: string }
  /** There is no code yet, or none any more. */
  | { is: 'waiting'; state: StateName; phone: string | null }
  /** The outside service gives no code for this phone now; it is asked again after a while. */
  | { is: 'refused'; phone: string }
  | { is: 'paired' }
  /** Not before somebody of the house has done something, or there is room for it again. */
  | { is: 'stopped' }
  | { is: 'ended' }
