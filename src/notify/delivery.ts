// One channel's queue: in order, with retries. A channel that is away neither blocks the others nor fills the memory.
import { messageOf } from '../core/errors.js'
import { type Alert, NotDelivered, type Notifier } from './notifier.js'

export const MAX_ATTEMPTS = 8
const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 5 * 60_000
const LONGEST_QUEUE = 100
const SETTLE_MS = 2_000

export interface AlertClock {
  now(): Date
  /** Rejects when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

export interface DeliveryParts {
  clock: AlertClock
  /** 0 ≤ r < 1 */
  random(): number
  /** What could not be delivered, or remembered. Free of tokens. */
  onProblem(message: string): void
}

export interface Channel {
  deliver(alert: Alert): void
  test(): Promise<{ channel: string; error: string | null }>
  /** Waits for the queue, but not long. */
  settle(): Promise<void>
}

export function deliverer(
  notifier: Notifier,
  { clock, random, onProblem }: DeliveryParts,
  closing: AbortSignal,
): Channel {
  const queue: Alert[] = []
  let working: Promise<void> | null = null

  async function work() {
    for (let alert = queue[0]; alert; alert = queue[0]) {
      await deliverOne(alert)
      queue.shift()
    }
    working = null
  }

  async function deliverOne(alert: Alert) {
    for (let attempt = 1; ; attempt++) {
      try {
        return await notifier.send(alert, closing)
      } catch (error) {
        const again = error instanceof NotDelivered && error.retryable && attempt < MAX_ATTEMPTS && !closing.aborted
        if (!again) {
          return onProblem(`The alert "${alert.title}" did not get through by ${notifier.name}: ${messageOf(error)}`)
        }
        await clock.wait(error.retryAfterMs ?? retryMs(attempt, random), closing).catch(() => undefined)
      }
    }
  }

  return {
    deliver(alert) {
      if (queue.length >= LONGEST_QUEUE) {
        const [dropped] = queue.splice(1, 1) // the first one is under way
        onProblem(`Too many alerts wait for ${notifier.name}: "${dropped?.title}" was dropped`)
      }
      queue.push(alert)
      working ??= work()
    },
    async test() {
      const alert: Alert = {
        key: 'test',
        level: 'info',
        title: 'frota: a test',
        text: 'Alerts arrive here.',
        session: null,
        at: clock.now(),
      }
      try {
        await notifier.send(alert, closing)
        return { channel: notifier.name, error: null }
      } catch (error) {
        return { channel: notifier.name, error: messageOf(error) }
      }
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
