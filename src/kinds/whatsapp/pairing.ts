// How a person pairs a phone: what is on the screen now, and what was asked for. Codes stay in memory.
import type { JsonObject } from '../../core/json.js'
import type { Bell } from '../../node/waits.js'

export interface PairAnswer extends JsonObject {
  paired: boolean
}

export interface Pairing {
  /** The command `pair`: answers at once, wakes what sleeps. */
  ask(phone: string | null): PairAnswer
  /** The phone that wants a code; null: a QR code. */
  readonly phone: string | null
  readonly askedAt: number
  /** A browser opens: from now on codes are its codes. */
  open(): void
  showQr(code: string): void
  showLinkCode(code: string): void
  /** The code for the phone is used up, or WhatsApp would not give one. */
  loseLinkCode(why: string): void
  /** Somebody asks for a code, this browser has none to give any more, and it is time for another one. */
  readonly needsNewBrowser: boolean
  say(reason: string | null): void
  /** The browser is being closed: nothing is on the screen, and what it still tells of cannot be scanned. */
  close(): void
  paired(account: string | null): void
}

/** WhatsApp counts how often codes are asked for. One that was used up may be replaced at once. */
const ASK_AGAIN_AFTER_MS = 60_000
const USED_UP = /expired/
/** Whoever only looks on must not take the code away from somebody who is typing it. */
const TYPING_MS = 5_000

/** @param bell rung when somebody asks for what is not being shown */
export function createPairing(bell: Bell, nowMs: () => number): Pairing {
  let account: string | null = null
  let phone: string | null = null
  let phoneAskedAt = 0
  let askedAt = nowMs()
  let reason: string | null = null
  let qr: { code: string; attempt: number } | null = null
  let linkCode: string | null = null
  let opened = false
  let lost: { againAt: number } | null = null

  return {
    ask(wanted) {
      askedAt = nowMs()
      if (account !== null) return { paired: true, account }
      if (wanted !== null) phoneAskedAt = askedAt
      const looksOn = wanted === null && phone !== null && askedAt - phoneAskedAt < TYPING_MS
      if (wanted !== phone && !looksOn) {
        phone = wanted
        qr = null
        linkCode = null
        lost = null
        reason = null
      }
      if (qr === null && linkCode === null) bell.ring()
      return {
        paired: false,
        ...(qr === null ? {} : { qr: { ...qr } }),
        ...(linkCode === null ? {} : { linkCode }),
        ...(reason === null ? {} : { reason }),
      }
    },
    get phone() {
      return phone
    },
    get askedAt() {
      return askedAt
    },
    get needsNewBrowser() {
      return lost !== null && askedAt > lost.againAt
    },
    open() {
      opened = true
      lost = null
    },
    showQr(code) {
      if (!opened) return
      if (qr?.code !== code) qr = { code, attempt: (qr?.attempt ?? 0) + 1 }
      reason = null
    },
    showLinkCode(code) {
      if (!opened) return
      linkCode = code
      lost = null
      reason = null
    },
    loseLinkCode(why) {
      if (!opened) return
      linkCode = null
      lost = { againAt: nowMs() + (USED_UP.test(why) ? 0 : ASK_AGAIN_AFTER_MS) }
      reason = `WhatsApp gave no code: ${why}`
    },
    say(text) {
      reason = text
    },
    close() {
      opened = false
      qr = null
      linkCode = null
    },
    paired(now) {
      account = now
      if (now === null) return
      qr = null
      linkCode = null
      phone = null
      reason = null
    },
  }
}
