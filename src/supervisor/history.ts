// What happened, on its way to the store: the sessions' batches and the supervisor's own events, in one transaction
// at a time. A session's batch is acknowledged only after the commit.
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../core/errors.js'
import type { SupervisorEvent } from '../core/events.js'
import { uuidv7 } from '../core/ids.js'
import type { JournalAck } from '../core/journals.js'
import type { JsonObject } from '../core/json.js'
import { MAX_EVENTS_PER_BATCH } from '../core/protocol.js'
import { commitAround, commitBatchAround, RowRefused } from '../core/put-aside.js'
import type { StoredEvent } from '../store/events.js'
import type { StoredBatch, StoredForget, StoredKeep } from '../store/standing.js'
import { type HomeStore, StoreUnavailable } from '../store/store.js'
import type { Ledger } from './ledger.js'
import type { Unit } from './unit.js'

const GATHER_MS = 10
const MAX_PER_COMMIT = 2000
/** After an outage a hundred sessions have a megabyte each: one request of it all would be cut off, again and again. */
const MAX_COMMIT_BYTES = 2 * 1024 * 1024

export interface History {
  /** Something the supervisor itself saw: kept on the local disk until the store has it. */
  record(unit: Unit, type: SupervisorEvent, data: JsonObject): void
  /**
   * Resolves after the store's commit, when what the store does not take has been put aside; rejects (StoreUnavailable)
   * without having acknowledged anything. @param ack up to where the session's journal then is in the store
   */
  append(batch: StoredBatch, ack?: JournalAck): Promise<void>
  /** Ships what is not told yet; called by the loop. */
  ship(): Promise<void>
  /** What was taken has been committed or refused: the store may be closed. */
  settled(): Promise<void>
}

interface Waiting {
  batch: StoredBatch
  acks: JournalAck[]
  bytes: number
  resolve: () => void
  reject: (why: unknown) => void
}

/** Who hears of what the store does not take. */
export interface Refusals {
  /** This one, while it takes others. */
  row(said: StoredEvent | StoredKeep | StoredForget, why: Error): void
  /** No event at all: everything waits where it is. */
  all(why: Error): void
  /** It takes them again. */
  over(): void
}

export function openHistory(store: HomeStore, ledger: Ledger, now: () => Date, refused: Refusals): History {
  let waiting: Waiting[] = []
  let committing: Promise<void> | null = null
  let takesNone = false
  const append: HomeStore['append'] = async (events, acks, standing) => {
    await store.append(events, acks, standing)
    if (!takesNone || events.length === 0) return
    takesNone = false
    refused.over()
  }
  return {
    record(unit, type, data) {
      ledger.addEvent(ownEvent({ tenantId: unit.tenantId, session: unit.id }, type, data))
    },
    append(batch, ack) {
      return new Promise((resolve, reject) => {
        waiting.push({ batch, acks: ack ? [ack] : [], bytes: JSON.stringify(batch).length, resolve, reject })
        committing ??= commitAll()
      })
    },
    async ship() {
      for (;;) {
        const events = ledger.pendingEvents(MAX_EVENTS_PER_BATCH)
        if (events.length === 0) return
        await commitAround(events, append, refused.row, throwIfTakesNone)
        ledger.dropEvents(events.map((event) => event.id))
      }
    },
    settled: async () => committing ?? undefined,
  }

  async function commitAll() {
    await sleep(GATHER_MS)
    while (waiting.length > 0) {
      const entries = takeEntries()
      const all = <T>(of: (batch: StoredBatch) => T[]) => entries.flatMap(({ batch }) => of(batch))
      try {
        await append(
          all(({ events }) => events),
          entries.flatMap(({ acks }) => acks),
          { keeps: all(({ keeps }) => keeps), forgets: all(({ forgets }) => forgets) },
        )
        for (const entry of entries) entry.resolve()
      } catch (thrown) {
        if (thrown instanceof StoreUnavailable) rejectAll(entries, thrown)
        else await commitEach(entries)
      }
    }
    committing = null
  }

  /** Also those who wait behind: asked for each in turn, a store that hangs would have them wait until they ask again. */
  function rejectAll(entries: Waiting[], thrown: StoreUnavailable) {
    const behind = waiting
    waiting = []
    for (const entry of [...entries, ...behind]) entry.reject(thrown)
  }

  /** Something in it was refused: one session's bad event must not hold back another's good ones. */
  async function commitEach(entries: Waiting[]) {
    for (const [i, entry] of entries.entries()) {
      try {
        await commitOne(entry)
        entry.resolve()
      } catch (thrown) {
        if (thrown instanceof StoreUnavailable) return rejectAll(entries.slice(i), thrown)
        entry.reject(thrown)
      }
    }
  }

  /** Counted last: what stands before the row is then in the store, or put aside. */
  async function commitOne({ batch, acks }: Waiting) {
    const commit = ({ events, ...standing }: StoredBatch) => append(events, [], standing)
    await commitBatchAround(batch, commit, refused.row, throwIfTakesNone)
    if (acks.length > 0) await store.append([], acks)
  }

  /**
   * A column or a rule that an operator added, or a limit of the database, may refuse every row there is: that is an
   * outage. An event of our own, without anything odd in it, tells the two apart, also for a batch of one; taken, it says
   * in the history why something is missing there.
   */
  async function throwIfTakesNone(said: Pick<StoredEvent, 'tenantId' | 'session'>, why: RowRefused) {
    try {
      await append([ownEvent(said, 'session.refused', { reason: 'the store does not take some of its events' })])
    } catch (thrown) {
      if (!(thrown instanceof RowRefused)) throw thrown
      if (!takesNone) refused.all(why)
      takesNone = true
      throw new StoreUnavailable(why.driver, new Error(`it takes no events: ${messageOf(why)}`, { cause: thrown }))
    }
  }

  function ownEvent(
    of: Pick<StoredEvent, 'tenantId' | 'session'>,
    type: SupervisorEvent,
    data: JsonObject,
  ): StoredEvent {
    const at = now()
    const id = uuidv7(at.getTime(), randomBytes(10))
    return { id, tenantId: of.tenantId, session: of.session, at, type, data }
  }

  function takeEntries() {
    let [rows, bytes, count] = [0, 0, 0]
    for (const entry of waiting) {
      const { events, keeps, forgets } = entry.batch
      rows += events.length + keeps.length + forgets.length
      bytes += entry.bytes
      if (count > 0 && (rows > MAX_PER_COMMIT || bytes > MAX_COMMIT_BYTES)) break
      count += 1
    }
    const taken = waiting.slice(0, count)
    waiting = waiting.slice(count)
    return taken
  }
}
