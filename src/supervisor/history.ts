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
        waiting.push({ events, resolve, reject })
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
        if (batch.length > 1 && !(thrown instanceof StoreUnavailable)) await commitEach(batch)
        else for (const entry of batch) entry.reject(thrown)
      }
    }
    committing = null
  }

  /** Something in it was refused: one session's bad event must not hold back another's good ones. */
  async function commitEach(batch: Waiting[]) {
    for (const entry of batch) await store.append(entry.events).then(entry.resolve, entry.reject)
  }

  function takeBatch() {
    let size = 0
    const count = waiting.findIndex((entry) => {
      size += entry.events.length
      return size > MAX_PER_COMMIT
    })
    const taken = waiting.slice(0, count < 1 ? (count === 0 ? 1 : waiting.length) : count)
    waiting = waiting.slice(taken.length)
    return taken
  }
}
