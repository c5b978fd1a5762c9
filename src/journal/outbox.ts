// Events not yet acknowledged. A session ships them while it lives; the supervisor ships what is left of one that is
// stopped (`rm`), which is why this is a room of its own and not part of the runtime.
import type { DatabaseSync } from 'node:sqlite'
import { MAX_EVENT_CHARS } from '../core/events.js'
import { uuidv7 } from '../core/ids.js'
import { isJsonObject, isShallow, type JsonObject } from '../core/json.js'
import { MAX_JSON_DEPTH, type WireEvent } from '../core/protocol.js'
import { markOf, openExistingJournal } from './schema.js'

/** A batch stays small enough for any server's body limit; a single event is cut well below that. */
const MAX_BATCH_BYTES = 1024 * 1024
const HEAD_CHARS = 2_000

export interface Outbox {
  /** Of the journal that it lies in. */
  readonly journalId: string
  /** Oldest first, at most `limit` events and about 1 MB. */
  pending(limit: number): WireEvent[]
  /** The store has everything up to this row: it is deleted here. */
  ack(seq: number): void
  pendingCount(): number
}

export function outboxOf(db: DatabaseSync): Outbox {
  const select = db.prepare('SELECT seq, id, at, type, data FROM outbox ORDER BY seq LIMIT ?')
  const remove = db.prepare('DELETE FROM outbox WHERE seq <= ?')
  // Rows are only ever removed from the front and numbered without gaps.
  const count = db.prepare('SELECT coalesce(max(seq) - min(seq) + 1, 0) AS n FROM outbox')
  return {
    journalId: markOf(db).id,
    pending(limit) {
      const events: WireEvent[] = []
      let bytes = 0
      for (const row of select.iterate(limit)) {
        const data = String(row.data)
        bytes += data.length
        if (events.length > 0 && bytes > MAX_BATCH_BYTES) break
        events.push({
          id: String(row.id),
          seq: Number(row.seq),
          at: String(row.at),
          type: String(row.type),
          data: JSON.parse(data) as JsonObject,
        })
      }
      return events
    },
    ack(seq) {
      remove.run(seq)
    },
    pendingCount: () => Number(count.get()?.n ?? 0),
  }
}

/** What a session that no longer lives left behind; undefined when it has no journal. Close it before it starts again. */
export function openOutbox(path: string): (Outbox & { close(): void }) | undefined {
  const db = openExistingJournal(path)
  if (!db) return undefined
  try {
    return { ...outboxOf(db), close: () => db.close() }
  } catch (error) {
    db.close()
    throw error
  }
}

export function recorder(
  db: DatabaseSync,
  now: () => Date,
  random: (bytes: number) => Uint8Array,
  toJson: (data: JsonObject) => string = JSON.stringify,
) {
  const insert = db.prepare('INSERT INTO outbox (id, at, type, data) VALUES (?, ?, ?, ?)')
  const nextId = risingIds(random)
  return (type: string, data: JsonObject): void => {
    // What the supervisor would not take must not get in.
    if (!isJsonObject(data)) throw new TypeError(`event ${type}: its data is not an object`)
    const at = now()
    insert.run(nextId(at.getTime()), at.toISOString(), type, eventText(toJson(data), data))
  }
}

/** Ids of one session rise strictly, also within a millisecond and when the clock is set back: followers page by id. */
function risingIds(random: (bytes: number) => Uint8Array) {
  let lastMs = 0
  let count = 0
  return (nowMs: number): string => {
    if (nowMs > lastMs) {
      lastMs = nowMs
      count = 0
    } else if (++count > 0xfff) {
      lastMs++
      count = 0
    }
    const chance = random(10)
    chance[0] = count >> 8
    chance[1] = count & 0xff
    return uuidv7(lastMs, chance)
  }
}

function eventText(given: string, data: JsonObject): string {
  // Postgres refuses NUL and lone surrogates in jsonb: one hostile message must not block all events behind it.
  const text = UNSTORABLE.test(given) ? JSON.stringify(storable(JSON.parse(given))) : given
  if (text.length <= MAX_EVENT_CHARS && isShallow(data, MAX_JSON_DEPTH)) return text
  return JSON.stringify({ truncated: true, length: text.length, head: text.slice(0, HEAD_CHARS).toWellFormed() })
}

const UNSTORABLE = /\\u0000|\\ud[89a-f]/

function storable(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '')
  if (Array.isArray(value)) return value.map(storable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storable(key), storable(inner)]))
}
