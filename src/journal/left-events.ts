// What a session that no longer runs left in its journal, on its way to the store. It must not start meanwhile.
import { messageOf } from '../core/errors.js'
import { sift, siftEvents } from '../core/events.js'
import { lastRowOf, MAX_EVENTS_PER_BATCH, type WireBatch } from '../core/protocol.js'
import { commitBatchAround, emptyBatch, RowRefused } from '../core/put-aside.js'
import { forgetProblem, keepProblem } from '../core/records.js'
import { SessionExit } from '../core/states.js'
import { openOutbox } from './outbox.js'
import { isDamage } from './schema.js'

/** `row`: up to which the journal then is in the store; null while there is more of the same batch. */
type Append = (batch: WireBatch, journal: string, row: number | null) => Promise<void>

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
      const batch = (mayShip && outbox?.pending(MAX_EVENTS_PER_BATCH)) || emptyBatch()
      const row = lastRowOf(batch)
      if (!outbox || row === 0) return { events: shipped, damage: null, refused }
      const taken = takeable(batch, refused)
      const before = refused.length
      const { journalId } = outbox
      await commit(taken, row, (piece, to) => append(piece, journalId, to), refused)
      outbox.ack(row)
      shipped += taken.events.length - (refused.length - before)
    }
  } catch (thrown) {
    return damaged(thrown)
  } finally {
    outbox?.close()
  }
}

/** Counted last: what stands before the row is then in the store, or refused. */
async function commit(
  batch: WireBatch,
  row: number,
  append: (piece: WireBatch, row: number | null) => Promise<void>,
  refused: string[],
): Promise<void> {
  try {
    return await append(batch, row)
  } catch (thrown) {
    if (!(thrown instanceof RowRefused)) throw thrown
  }
  await commitBatchAround(
    batch,
    (piece) => append(piece, null),
    (_, { message }) => refused.push(message),
  )
  await append(emptyBatch(), row)
}

function takeable({ events, keeps, forgets }: WireBatch, refused: string[]): WireBatch {
  const sifted = { events: siftEvents(events), keeps: sift(keeps, keepProblem), forgets: sift(forgets, forgetProblem) }
  for (const { refused: some } of Object.values(sifted)) refused.push(...some.map(({ why }) => why))
  return { events: sifted.events.taken, keeps: sifted.keeps.taken, forgets: sifted.forgets.taken }
}
