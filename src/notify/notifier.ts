// Alerts to people. A channel only delivers; what deserves an alert, and how often, is alerts.ts's.
export interface Alert {
  /** Same key: same trouble. Repeats within the cool-down are counted, not sent. */
  key: string
  level: 'info' | 'warning' | 'critical'
  title: string
  text: string
  session: string | null
  at: Date
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
