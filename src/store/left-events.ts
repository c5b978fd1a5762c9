// What a session that no longer runs left in its journal, on its way to the store. It must not start meanwhile.
import { messageOf } from '../core/errors.js'
import { MAX_EVENTS_PER_BATCH, type WireEvent } from '../core/protocol.js'
import { SessionExit } from '../core/states.js'
import { openOutbox } from './journal-outbox.js'
import { isDamage } from './journal-schema.js'

export interface Shipped {
  events: number
  /** Why the rest could not be read; null when there is no rest. */
  damage: string | null
}

/** @param append resolves after the store's commit; what it rejects with is thrown, and the rest stays for a next time */
export async function shipLeftEvents(file: string, append: (events: WireEvent[]) => Promise<void>): Promise<Shipped> {
  let shipped = 0
  const damaged = (thrown: unknown): Shipped => {
    if (!isDamage(thrown) && !(thrown instanceof SessionExit)) throw thrown
    return { events: shipped, damage: messageOf(thrown) }
  }
  let outbox: ReturnType<typeof openOutbox>
  try {
    outbox = openOutbox(file)
  } catch (thrown) {
    return damaged(thrown)
  }
  try {
    for (;;) {
      const events = outbox?.pending(MAX_EVENTS_PER_BATCH) ?? []
      const last = events.at(-1)
      if (!last) return { events: shipped, damage: null }
      await append(events)
      outbox?.ack(last.seq)
      shipped += events.length
    }
  } catch (thrown) {
    return damaged(thrown)
  } finally {
    outbox?.close()
  }
}
