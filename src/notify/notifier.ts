// Alerts to people. A channel only delivers; what deserves an alert, and how often, is alerts.ts's.
import type { TenantId } from '../core/ids.js'
import type { Level } from '../core/notices.js'

export interface Alert {
  /** Same key: same trouble. Repeats within the cool-down are counted, not sent. */
  key: string
  level: Level
  title: string
  text: string
  session: string | null
  at: Date
}

/** About a session: its customer is told too, in words for a customer. */
export interface SessionAlert extends Alert {
  customer?: Customer
}

export interface Customer {
  tenant: TenantId
  title: string
  text: string
}

/** To a customer. */
export interface Message extends Alert {
  /** What arrives twice has it twice. */
  id: string
  /** What frota saw of a session, or what the session said. */
  type: 'alert' | 'notice'
}

export interface Notifier {
  readonly name: 'telegram' | 'webhook'
  /** Rejects with a message free of tokens when it was not accepted. `retryable` says whether to try again. */
  send(alert: Alert, signal: AbortSignal): Promise<void>
}

export class NotDelivered extends Error {
  override readonly name = 'NotDelivered'
  readonly retryable: boolean
  readonly retryAfterMs: number | null
  constructor(message: string, retryable: boolean, retryAfterMs: number | null = null) {
    super(message)
    this.retryable = retryable
    this.retryAfterMs = retryAfterMs
  }
}
