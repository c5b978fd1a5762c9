// POSTs the alert as JSON. Receivers check `x-frota-signature: sha256=<hex>`: the HMAC-SHA256, with the shared secret,
// of `<x-frota-timestamp>.<body>`; and that the timestamp (seconds) is recent, so that an old call cannot be replayed.
import { createHmac } from 'node:crypto'
import { usage } from '../core/errors.js'
import type { Secret } from '../core/secret.js'
import { NotDelivered, type Notifier } from './notifier.js'
import { isPassing, postJson, targetProblem } from './post.js'

export interface WebhookSettings {
  url: string
  /** Null: unsigned. */
  secret: Secret | null
  /** It must be an address of the internet. */
  publicOnly?: boolean
  now: () => Date
}

/** BAD_CHANNEL when the address cannot be used. */
export function webhookNotifier({ url, secret, publicOnly = false, now }: WebhookSettings): Notifier {
  const problem = targetProblem(url, publicOnly)
  if (problem !== null) throw usage('BAD_CHANNEL', `The webhook ${problem}.`)
  const target = new URL(url)
  return {
    name: 'webhook',
    async send(alert, signal) {
      const body = JSON.stringify({ type: 'alert', ...alert })
      const timestamp = String(Math.floor(now().getTime() / 1000))
      const headers: Record<string, string> = { 'user-agent': 'frota', 'x-frota-timestamp': timestamp }
      if (secret) headers['x-frota-signature'] = signature(secret, timestamp, body)
      const { status, retryAfter } = await postJson(target, body, headers, { signal, publicOnly })
      if (status >= 200 && status < 300) return
      const why = status >= 300 && status < 400 ? `a redirect (${status}), which is not followed` : `HTTP ${status}`
      throw new NotDelivered(`${target.hostname} answered ${why}`, isPassing(status), waitMs(retryAfter, now()))
    },
  }
}

const signature = (secret: Secret, timestamp: string, body: string) =>
  `sha256=${createHmac('sha256', secret.reveal()).update(`${timestamp}.${body}`).digest('hex')}`

/** Retry-After: seconds, or a date. */
function waitMs(retryAfter: string | null, now: Date): number | null {
  if (retryAfter === null) return null
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1000
  const until = Date.parse(retryAfter)
  return Number.isNaN(until) ? null : Math.max(0, until - now.getTime())
}
