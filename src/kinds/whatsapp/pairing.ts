// The desk where a person pairs a phone: what is on the screen now, and what was asked for. Codes stay in memory.
import type { JsonObject } from '../../core/json.js'
import type { Bell } from './waiting.js'

export interface PairAnswer extends JsonObject {
  paired: boolean
}

export interface Desk {
  /** The command `pair`: answers at once, wakes what sleeps. */
  ask(phone: string | null): PairAnswer
  /** The phone that wants a code; null: a QR code. */
  readonly phone: string | null
  readonly askedAt: number
  /** A browser opens: from now on codes are its codes. */
  open(): void
  showQr(code: string): void
  showLinkCode(code: string): void
  say(reason: string | null): void
  /** The browser is being closed: nothing is on the screen, and what it still tells of cannot be scanned. */
  close(): void
  paired(account: string | null): void
}

/** @param bell rung when somebody asks for what is not being shown */
export function createDesk(bell: Bell, nowMs: () => number): Desk {
  let account: string | null = null
  let phone: string | null = null
  let askedAt = nowMs()
  let reason: string | null = null
  let qr: { code: string; attempt: number } | null = null
  let linkCode: string | null = null
  let opened = false

  return {
    ask(wanted) {
      askedAt = nowMs()
      if (account !== null) return { paired: true, account }
      if (wanted !== phone) {
        phone = wanted
        qr = null
        linkCode = null
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
    open() {
      opened = true
    },
    showQr(code) {
      if (!opened) return
      if (qr?.code !== code) qr = { code, attempt: (qr?.attempt ?? 0) + 1 }
      reason = null
    },
    showLinkCode(code) {
      if (!opened) return
      linkCode = code
      reason = null
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
