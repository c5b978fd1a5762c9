// What a session that no longer runs left in its journal, on its way to the store. It must not start meanwhile.
import { messageOf } from '../core/errors.js'
import { lastRowOf, MAX_EVENTS_PER_BATCH, type WireBatch } from '../core/protocol.js'
import { commitBatchAround, emptyBatch, type RowRefused } from '../core/put-aside.js'
import { siftBatch } from '../core/records.js'
import { SessionExit } from '../core/states.js'
import { openOutbox } from './outbox.js'
import { isDamage } from './schema.js'

/** `row`: up to which the journal then is in the store; null while there is more of the same batch. */
type Append = (batch: WireBatch, journal: string, row: number | null) => Promise<void>

type Row = WireBatch['events' | 'keeps' | 'forgets'][number]

export interface Shipped {
  events: number
  /** Why the rest could not be read; null when there is no rest. */
  damage: string | null
  /** Why some could not be taken by any store; they are not shipped. */
  refused: string[]
}

/**
 * @param append resolves after the store's commit; what it rejects with is thrown, and the rest stays for a next time
 * @param throwIfTakesNone asked about a row that is refused while no other got through: does the store take any?
 * @param isOurs asked with the journal's id: of another session's journal nothing is shipped
 */
export async function shipLeftEvents(
  file: string,
  append: Append,
  isOurs: (journalId: string) => Promise<boolean>,
  throwIfTakesNone?: (row: Row, why: RowRefused) => Promise<void>,
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
      const batch = (mayShip && outbox?.pending(MAX_EVENTS_PER_BATCH)) || emptyBatch()
      const row = lastRowOf(batch)
      if (!outbox || row === 0) return { events: shipped, damage: null, refused }
      const sifted = siftBatch(batch)
      refused.push(...sifted.refused.map(({ why }) => why))
      const { journalId } = outbox
      await commitBatchAround(
        sifted.taken,
        async (piece, isAll) => {
          await append(piece, journalId, isAll ? row : null)
          shipped += piece.events.length
        },
        (_, { message }) => refused.push(message),
        throwIfTakesNone,
      )
      outbox.ack(row)
    }
  } catch (thrown) {
    return damaged(thrown)
  } finally {
    outbox?.close()
  }
}
