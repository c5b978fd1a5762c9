// One channel's queue: in order, with retries. A channel that is away neither blocks the others nor fills the memory.
import { messageOf } from '../core/errors.js'
import { type Alert, NotDelivered, type Notifier } from './notifier.js'

export const MAX_ATTEMPTS = 8
export const LONGEST_QUEUE = 100
const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 5 * 60_000
/** Whatever a channel asks for: it may be somebody else's, and a timer takes no month. */
const LONGEST_WAIT_MS = 60 * 60_000
const SETTLE_MS = 2_000

export interface AlertClock {
  now(): Date
  /** Rejects when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

export interface DeliveryParts<A extends Alert = Alert> {
  clock: AlertClock
  /** 0 ≤ r < 1 */
  random(): number
  /** What became of each: it was sent (null), or why it was given up, free of tokens. */
  onEnd(alert: A, error: string | null): void
}

export interface Channel<A extends Alert = Alert> {
  deliver(alert: A): void
  /** Once, now, past the queue. Answers why it was not taken; null when it was. */
  test(alert: Alert): Promise<string | null>
  /** Waits for the queue, but not long. */
  settle(): Promise<void>
}

export function deliverer<A extends Alert>(
  notifier: Notifier,
  { clock, random, onEnd }: DeliveryParts<A>,
  closing: AbortSignal,
): Channel<A> {
  const queue: A[] = []
  let working: Promise<void> | null = null

  async function work() {
    for (let alert = queue[0]; alert; alert = queue[0]) {
      onEnd(alert, await deliverOne(alert))
      queue.shift()
    }
    working = null
  }

  async function deliverOne(alert: A): Promise<string | null> {
    for (let attempt = 1; ; attempt++) {
      try {
        await notifier.send(alert, closing)
        return null
      } catch (error) {
        const again = error instanceof NotDelivered && error.retryable && attempt < MAX_ATTEMPTS && !closing.aborted
        if (!again) return messageOf(error)
        const waitMs = Math.min(error.retryAfterMs ?? retryMs(attempt, random), LONGEST_WAIT_MS)
        await clock.wait(waitMs, closing).catch(() => undefined)
      }
    }
  }

  return {
    deliver(alert) {
      if (queue.length >= LONGEST_QUEUE) {
        const [dropped] = queue.splice(1, 1) // the first one is under way
        if (dropped) onEnd(dropped, 'too many waited for the channel')
      }
      queue.push(alert)
      working ??= work()
    },
    async test(alert) {
      return notifier.send(alert, closing).then(() => null, messageOf)
    },
    async settle() {
      if (!working) return
      const enough = new AbortController()
      await Promise.race([working, clock.wait(SETTLE_MS, enough.signal).catch(() => undefined)])
      enough.abort()
    },
  }
}

/** Full jitter. */
const retryMs = (attempt: number, random: () => number) =>
  random() * Math.min(FIRST_RETRY_MS * 2 ** attempt, LONGEST_RETRY_MS)
