// How a person pairs a phone: what was asked for, and what is on the screen now. Pure; a part of what `see` puts together.
// Codes stay in memory.
import type { JsonObject } from '../../core/json.js'
import { LOADING } from './decide.js'
import type { Happened } from './happened.js'
import type { Browser } from './seen-browser.js'

export interface Pairing {
  /** The phone that is linked, while it is connected. */
  account: string | null
  /** The phone that wants a code; null: a QR code. */
  phone: string | null
  phoneAskedAt: number
  /** When somebody last asked, for either. */
  askedAt: number
  /** What it waits for, to be told to whoever asks. */
  reason: string | null
  qr: { code: string; attempt: number } | null
  linkCode: string | null
  /**
   * A browser without a login is open: codes are its codes. The page of a login that is in doubt shows codes, too;
   * scanned, one would put a new login over the old one.
   */
  isOpen: boolean
  /** The code for the phone is gone; another one may be asked for from then on. */
  lost: { againAt: number } | null
}

export interface PairAnswer extends JsonObject {
  paired: boolean
}

/** WhatsApp counts how often codes are asked for. One that was used up may be replaced at once. */
const ASK_AGAIN_AFTER_MS = 60_000
const USED_UP = /expired/
/** Whoever only looks on must not take the code away from somebody who is typing it. */
const TYPING_MS = 5_000

export const firstPairing = (nowMs: number): Pairing => ({
  account: null,
  phone: null,
  phoneAskedAt: 0,
  askedAt: nowMs,
  reason: null,
  qr: null,
  linkCode: null,
  isOpen: false,
  lost: null,
})

/** What it goes by, of all that was seen. */
interface Before {
  pairing: Pairing
  browser: Pick<Browser, 'opened'>
}

export function seePairing(seen: Before, happened: Happened, nowMs: number): Pairing {
  const { pairing } = seen
  switch (happened.what) {
    case 'asked to pair':
      return ask(pairing, happened.phone, nowMs)
    case 'opening': {
      const isOpen = happened.login === 'unpaired'
      // One that could not be opened was never closed: what it told of is gone, too.
      const shown = { qr: null, linkCode: null, reason: 'the browser is starting' }
      return { ...pairing, ...shown, isOpen, lost: isOpen ? null : pairing.lost }
    }
    case 'qr':
    case 'link code':
    case 'link trouble':
      return pairing.isOpen ? seeCode(pairing, happened, nowMs) : pairing
    case 'looked': {
      // The library tells of codes, too; it may have missed the first.
      const qr = happened.page?.registered === false ? happened.page.qr : null
      const isForQr = pairing.isOpen && happened.login === 'unpaired' && seen.browser.opened.phone === null
      return isForQr && qr ? showQr(pairing, qr) : pairing
    }
    case 'entered':
      if (happened.phase === 'ready') return pairing
      return { ...pairing, reason: happened.phase === 'linking' ? LOADING : happened.reason }
    case 'unreachable':
    case 'asleep':
      return { ...pairing, reason: happened.why }
    case 'connected':
      return { ...pairing, account: happened.account, qr: null, linkCode: null, phone: null, reason: null }
    case 'closing':
      return { ...pairing, account: null, isOpen: false, qr: null, linkCode: null }
    default:
      return pairing
  }
}

function ask(pairing: Pairing, wanted: string | null, nowMs: number): Pairing {
  const asked = { ...pairing, askedAt: nowMs }
  if (pairing.account !== null) return asked
  if (wanted !== null) asked.phoneAskedAt = nowMs
  const looksOn = wanted === null && pairing.phone !== null && nowMs - asked.phoneAskedAt < TYPING_MS
  if (wanted === pairing.phone || looksOn) return asked
  return { ...asked, phone: wanted, qr: null, linkCode: null, lost: null, reason: null }
}

function seeCode(
  pairing: Pairing,
  happened: Extract<Happened, { what: 'qr' | 'link code' | 'link trouble' }>,
  nowMs: number,
): Pairing {
  switch (happened.what) {
    case 'qr':
      return showQr(pairing, happened.code)
    case 'link code':
      return { ...pairing, linkCode: happened.code, lost: null, reason: null }
    case 'link trouble': {
      const againAt = nowMs + (USED_UP.test(happened.why) ? 0 : ASK_AGAIN_AFTER_MS)
      return { ...pairing, linkCode: null, lost: { againAt }, reason: `WhatsApp gave no code: ${happened.why}` }
    }
  }
}

function showQr(pairing: Pairing, code: string): Pairing {
  const { qr } = pairing
  return { ...pairing, qr: qr?.code === code ? qr : { code, attempt: (qr?.attempt ?? 0) + 1 }, reason: null }
}

/** The answer of the command `pair`, which is given at once. */
export function pairAnswer(pairing: Pairing): PairAnswer {
  const { account, qr, linkCode, reason, lost } = pairing
  if (account !== null) return { paired: true, account }
  return {
    paired: false,
    ...(qr === null ? {} : { qr: { ...qr } }),
    ...(linkCode === null ? {} : { linkCode }),
    ...(reason === null ? {} : { reason }),
    ...(lost === null || needsNewBrowser(pairing) ? {} : { refused: true }),
  }
}

/** Whoever asks sees nothing yet. */
export const isBlank = ({ account, qr, linkCode }: Pairing) => account === null && qr === null && linkCode === null

/** Somebody asks for a code, this browser has none to give any more, and it is time for another one. */
export const needsNewBrowser = ({ lost, askedAt }: Pairing) => lost !== null && askedAt > lost.againAt
