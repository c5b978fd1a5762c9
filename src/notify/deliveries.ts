// Messages to the channels of many customers. Each channel has a queue and retries of its own, so that one that is broken
// delays no other; what waits lies in a book on the disk until it is sent or given up, so that it outlives this process.
import { messageOf } from '../core/errors.js'
import type { ChannelState } from '../core/live.js'
import { settlesWithin } from '../node/waits.js'
import { type AlertClock, type Channel, deliverer } from './delivery.js'
import type { Alert, Message, Notifier } from './notifier.js'

export interface Waiting {
  /** The same message to the same channel has the same. */
  id: string
  channel: string
  message: Message
}

/** What is remembered on the disk. */
export interface DeliveryBook {
  /** In the order in which they came. */
  waiting(channel: string): Waiting[]
  /** It waits no longer. Answers whether the channel works differently than before: it broke, or works again. */
  ended(waiting: Waiting, error: string | null, at: Date): boolean
  /** The channel cannot even be tried. Answers whether it could before. */
  broken(channel: string, error: string, at: Date): boolean
  /** The channel is gone, and what waited for it. */
  drop(channel: string): void
  states(): Map<string, ChannelState>
}

export interface ChannelSpec {
  /** Changes with its settings. */
  version: string
  /** @throws when its settings cannot be used */
  open(): Notifier
}

export interface DeliveriesParts {
  book: DeliveryBook
  clock: AlertClock
  random(): number
  /** Told once, until it works again. */
  onBroken(channel: string, error: string): void
  onWorks(channel: string): void
}

export interface Deliveries {
  /** These channels there are now, by key. One that was changed goes on with what waits for it, one that is gone does not. */
  align(channels: ReadonlyMap<string, ChannelSpec>): void
  /** What stands in the book already. */
  deliver(waiting: Waiting[]): void
  /** Why it was not taken; null when it was. */
  test(channel: string, alert: Alert): Promise<string | null>
  /** What is being sent this moment may end; all else waits in the book. */
  close(): Promise<void>
}

type Item = Message & { waiting: Waiting }

interface Open {
  version: string
  /** Null: its settings cannot be used. */
  queue: Channel<Item> | null
  problem: string | null
  closing: AbortController
}

const LAST_SENDS_MS = 2_000

export function createDeliveries({ book, clock, random, onBroken, onWorks }: DeliveriesParts): Deliveries {
  const opened = new Map<string, Open>()
  const sending = new Set<Promise<void>>()
  let leaving = false
  return {
    align(channels) {
      for (const [key, { closing }] of opened) {
        if (channels.has(key)) continue
        closing.abort()
        opened.delete(key)
      }
      for (const key of book.states().keys()) if (!channels.has(key)) book.drop(key)
      for (const [key, spec] of channels) {
        const known = opened.get(key)
        if (known?.version === spec.version) continue
        known?.closing.abort()
        opened.set(key, open(key, spec))
        deliver(book.waiting(key))
      }
    },
    deliver,
    async test(channel, alert) {
      const known = opened.get(channel)
      return known?.queue ? known.queue.test(alert) : (known?.problem ?? 'there is no such channel')
    },
    async close() {
      leaving = true
      await settlesWithin(Promise.allSettled(sending), LAST_SENDS_MS)
      for (const { closing } of opened.values()) closing.abort()
    },
  }

  function deliver(rows: Waiting[]) {
    for (const row of rows) opened.get(row.channel)?.queue?.deliver({ ...row.message, waiting: row })
  }

  function open(key: string, { version, open: openNotifier }: ChannelSpec): Open {
    const closing = new AbortController()
    try {
      const queue = deliverer<Item>(watched(openNotifier()), { clock, random, onEnd }, closing.signal)
      return { version, queue, problem: null, closing }
    } catch (thrown) {
      const problem = messageOf(thrown)
      if (book.broken(key, problem, clock.now())) onBroken(key, problem)
      return { version, queue: null, problem, closing }
    }

    function onEnd({ waiting }: Item, error: string | null) {
      // What was interrupted was neither sent nor refused.
      if (error !== null && (closing.signal.aborted || leaving)) return
      if (!book.ended(waiting, error, clock.now())) return
      if (error === null) onWorks(key)
      else onBroken(key, error)
    }
  }

  function watched(notifier: Notifier): Notifier {
    return {
      name: notifier.name,
      send({ waiting: _, ...alert }: Alert & { waiting?: Waiting }, signal) {
        if (leaving) return Promise.reject(new Error('frota is stopping'))
        const sent = notifier.send(alert, signal)
        const watching = sent.then(forget, forget)
        sending.add(watching)
        return sent

        function forget() {
          sending.delete(watching)
        }
      },
    }
  }
}
