// What happened, on its way to the store: the sessions' batches and the supervisor's own events, in one transaction
// at a time. A session's batch is acknowledged only after the commit.
import { setTimeout as sleep } from 'node:timers/promises'
import type { SupervisorEvent } from '../core/events.js'
import type { JournalAck } from '../core/journals.js'
import type { JsonObject } from '../core/json.js'
import { MAX_EVENTS_PER_BATCH } from '../core/protocol.js'
import { commitAround, commitBatchAround, type RowRefused } from '../core/put-aside.js'
import { appendTold } from '../store/append-told.js'
import type { StoredEvent } from '../store/events.js'
import type { StoredBatch, StoredForget, StoredKeep } from '../store/standing.js'
import { type HomeStore, StoreUnavailable } from '../store/store.js'
import { ownEvent, type Sort, sortOf, TakesNone, throwIfTakesNone } from '../store/takes-none.js'
import type { Ledger } from './ledger.js'
import type { Notices } from './notices.js'
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
  /** None at all of this sort: everything waits where it is. */
  all(sort: Sort, why: Error): void
  /** It takes them again. */
  over(sort: Sort): void
}

export interface HistoryParts {
  store: HomeStore
  ledger: Ledger
  notices: Pick<Notices, 'arriving'>
  now(): Date
}

export function openHistory({ store, ledger, notices, now }: HistoryParts, refused: Refusals): History {
  let waiting: Waiting[] = []
  let committing: Promise<void> | null = null
  const takesNone = new Set<Sort>()
  const append = async (...said: Parameters<HomeStore['append']>): Promise<void> => {
    const [events, , standing] = said
    await appendTold(store, notices.arriving, ...said)
    const taken: Record<Sort, number> = { events: events.length, records: standing?.keeps.length ?? 0 }
    for (const sort of takesNone) if (taken[sort] > 0 && takesNone.delete(sort)) refused.over(sort)
  }
  return {
    record(unit, type, data) {
      ledger.addEvent(ownEvent({ tenantId: unit.tenantId, session: unit.id }, now(), type, data))
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
        await commitAround(events, append, refused.row, tellIfTakesNone)
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

  /**
   * Something in it was refused: one session's bad event must not hold back another's good ones, nor a store that takes no
   * records those that keep none.
   */
  async function commitEach(entries: Waiting[]) {
    let noRecords: TakesNone | null = null
    for (const [i, entry] of entries.entries()) {
      if (noRecords && entry.batch.keeps.length > 0) {
        entry.reject(noRecords)
        continue
      }
      try {
        await commitOne(entry)
        entry.resolve()
      } catch (thrown) {
        if (thrown instanceof TakesNone && thrown.sort === 'records') noRecords = thrown
        else if (thrown instanceof StoreUnavailable) return rejectAll(entries.slice(i), thrown)
        entry.reject(thrown)
      }
    }
  }

  function commitOne({ batch, acks }: Waiting): Promise<void> {
    return commitBatchAround(
      batch,
      ({ events, ...standing }, isAll) => append(events, isAll ? acks : [], standing),
      refused.row,
      tellIfTakesNone,
    )
  }

  async function tellIfTakesNone(said: StoredEvent | StoredKeep | StoredForget, why: RowRefused) {
    try {
      const { tenantId, session } = said
      await throwIfTakesNone(append, { tenantId, session }, sortOf(said), why, now())
    } catch (thrown) {
      if (thrown instanceof TakesNone && !takesNone.has(thrown.sort)) {
        takesNone.add(thrown.sort)
        refused.all(thrown.sort, why)
      }
      throw thrown
    }
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
