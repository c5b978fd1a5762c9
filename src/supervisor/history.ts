// What happened, on its way to the store: the sessions' batches and the supervisor's own events, in one transaction
// at a time. A session's batch is acknowledged only after the commit.
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { uuidv7 } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import { MAX_EVENTS_PER_BATCH } from '../core/protocol.js'
import { type HomeStore, type StoredEvent, StoreUnavailable } from '../store/store.js'
import type { Ledger } from './ledger.js'
import type { Unit } from './unit.js'

const GATHER_MS = 10
const MAX_PER_COMMIT = 2000
/** After an outage a hundred sessions have a megabyte each: one request of it all would be cut off, again and again. */
const MAX_COMMIT_BYTES = 2 * 1024 * 1024

export interface History {
  /** Something the supervisor itself saw: kept on the local disk until the store has it. */
  record(unit: Unit, type: string, data: JsonObject): void
  /** Resolves after the store's commit; rejects (StoreUnavailable) without having acknowledged anything. */
  append(events: StoredEvent[]): Promise<void>
  /** Ships what the outbox holds; told by the loop. */
  ship(): Promise<void>
  /** What was taken has been committed or refused: the store may be closed. */
  settled(): Promise<void>
}

interface Waiting {
  events: StoredEvent[]
  bytes: number
  resolve: () => void
  reject: (why: unknown) => void
}

export function openHistory(store: HomeStore, ledger: Ledger, now: () => Date): History {
  let waiting: Waiting[] = []
  let committing: Promise<void> | null = null
  return {
    record(unit, type, data) {
      const at = now()
      const id = uuidv7(at.getTime(), randomBytes(10))
      ledger.addEvent({ id, tenantId: unit.tenantId, session: unit.id, at, type, data })
    },
    append(events) {
      return new Promise((resolve, reject) => {
        waiting.push({ events, bytes: JSON.stringify(events).length, resolve, reject })
        committing ??= commitAll()
      })
    },
    async ship() {
      for (;;) {
        const events = ledger.pendingEvents(MAX_EVENTS_PER_BATCH)
        if (events.length === 0) return
        await store.append(events)
        ledger.dropEvents(events.map((event) => event.id))
      }
    },
    settled: async () => committing ?? undefined,
  }

  async function commitAll() {
    await sleep(GATHER_MS)
    while (waiting.length > 0) {
      const batch = takeBatch()
      try {
        await store.append(batch.flatMap((entry) => entry.events))
        for (const entry of batch) entry.resolve()
      } catch (thrown) {
        if (thrown instanceof StoreUnavailable) rejectAll(batch, thrown)
        else if (batch.length > 1) await commitEach(batch)
        else for (const entry of batch) entry.reject(thrown)
      }
    }
    committing = null
  }

  /** Also those who wait behind: asked for each in turn, a store that hangs would have them wait until they ask again. */
  function rejectAll(batch: Waiting[], thrown: StoreUnavailable) {
    const behind = waiting
    waiting = []
    for (const entry of [...batch, ...behind]) entry.reject(thrown)
  }

  /** Something in it was refused: one session's bad event must not hold back another's good ones. */
  async function commitEach(batch: Waiting[]) {
    for (const entry of batch) await store.append(entry.events).then(entry.resolve, entry.reject)
  }

  function takeBatch() {
    let [events, bytes, count] = [0, 0, 0]
    for (const entry of waiting) {
      events += entry.events.length
      bytes += entry.bytes
      if (count > 0 && (events > MAX_PER_COMMIT || bytes > MAX_COMMIT_BYTES)) break
      count += 1
    }
    const taken = waiting.slice(0, count)
    waiting = waiting.slice(count)
    return taken
  }
}
