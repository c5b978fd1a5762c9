// What a session that no longer runs left in its journal, on its way to the store. It must not start meanwhile.
import { messageOf } from '../core/errors.js'
import { siftEvents } from '../core/events.js'
import type { JournalAck } from '../core/journals.js'
import { MAX_EVENTS_PER_BATCH, type WireEvent } from '../core/protocol.js'
import { commitAround } from '../core/put-aside.js'
import { SessionExit } from '../core/states.js'
import { openOutbox } from './outbox.js'
import { isDamage } from './schema.js'

type Append = (events: WireEvent[], upTo: Omit<JournalAck, 'session'>) => Promise<void>

export interface Shipped {
  events: number
  /** Why the rest could not be read; null when there is no rest. */
  damage: string | null
  /** Why some could not be taken by any store; they are not shipped. */
  refused: string[]
}

/**
 * @param append resolves after the store's commit; what it rejects with is thrown, and the rest stays for a next time
 * @param isOurs asked with the journal's id: of another session's journal nothing is shipped
 */
export async function shipLeftEvents(
  file: string,
  append: Append,
  isOurs: (journalId: string) => Promise<boolean>,
): Promise<Shipped> {
  let shipped = 0
  const refused: string[] = []
  const damaged = (thrown: unknown): Shipped => {
    if (!isDamage(thrown) && !(thrown instanceof SessionExit)) throw thrown
    return { events: shipped, damage: messageOf(thrown), refused }
  }
  let outbox: ReturnType<typeof openOutbox>
  try {
    outbox = openOutbox(file)
  } catch (thrown) {
    return damaged(thrown)
  }
  try {
    const mayShip = outbox !== undefined && (await isOurs(outbox.journalId))
    for (;;) {
      const events = (mayShip && outbox?.pending(MAX_EVENTS_PER_BATCH)) || []
      const last = events.at(-1)
      if (!outbox || !last) return { events: shipped, damage: null, refused }
      const sifted = siftEvents(events)
      const before = refused.push(...sifted.refused.map(({ why }) => why))
      const { journalId } = outbox
      await commitAround(
        sifted.taken,
        (some) => append(some, { journal: journalId, row: some.at(-1)?.seq ?? 0 }),
        (_, { message }) => refused.push(message),
      )
      outbox.ack(last.seq)
      shipped += sifted.taken.length - (refused.length - before)
    }
  } catch (thrown) {
    return damaged(thrown)
  } finally {
    outbox?.close()
  }
}
