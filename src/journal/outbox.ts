// What is not yet acknowledged: events, and how things stand. A session ships them while it lives; the supervisor ships what is left of one that is
// stopped (`rm`), which is why this is a room of its own and not part of the runtime.
import type { DatabaseSync } from 'node:sqlite'
import { MAX_EVENT_CHARS } from '../core/events.js'
import { uuidv7 } from '../core/ids.js'
import { isJsonObject, isShallow, type JsonObject } from '../core/json.js'
import { MAX_JSON_DEPTH, type WireBatch } from '../core/protocol.js'
import { subjectProblem } from '../core/records.js'
import { markOf, openExistingJournal } from './schema.js'
import { storableText } from './storable.js'

/** A batch stays small enough for any server's body limit; a single event is cut well below that. */
const MAX_BATCH_CHARS = 1024 * 1024
const HEAD_CHARS = 2_000

export interface Outbox {
  /** Of the journal that it lies in. */
  readonly journalId: string
  /** Oldest first, at most `limit` rows and about 1 MB. */
  pending(limit: number): WireBatch
  /** The store has everything up to this row: it is deleted here. */
  ack(seq: number): void
  pendingCount(): number
}

export function outboxOf(db: DatabaseSync): Outbox {
  const select = db.prepare('SELECT * FROM outbox ORDER BY seq LIMIT ?')
  const remove = db.prepare('DELETE FROM outbox WHERE seq <= ?')
  // Read along its smallest index: a replaced keep leaves a gap in the numbers.
  const count = db.prepare('SELECT count(*) AS n FROM outbox')
  return {
    journalId: markOf(db).id,
    pending(limit) {
      const batch: WireBatch = { events: [], keeps: [], forgets: [] }
      let [chars, rows] = [0, 0]
      for (const row of select.iterate(limit)) {
        chars += String(row.data ?? '').length
        if (rows > 0 && chars > MAX_BATCH_CHARS) break
        addRow(batch, row)
        rows += 1
      }
      return batch
    },
    ack(seq) {
      remove.run(seq)
    },
    pendingCount: () => Number(count.get()?.n ?? 0),
  }
}

function addRow({ events, keeps, forgets }: WireBatch, row: Record<string, unknown>): void {
  const place = { seq: Number(row.seq), epoch: Number(row.epoch) }
  const at = String(row.at)
  const data = JSON.parse(String(row.data)) as JsonObject | null
  const subject = row.subject === null ? null : String(row.subject)
  if (row.what === 'forget') forgets.push({ ...place, subject: subject ?? '' })
  else if (row.what === 'keep')
    keeps.push({ ...place, at, collection: String(row.collection), key: String(row.key), data, subject })
  else {
    const event = { id: String(row.id), seq: place.seq, at, type: String(row.type), data: data ?? {} }
    events.push(subject === null ? event : { ...event, subject, epoch: place.epoch })
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
  toJson: (data: JsonObject) => string,
  epoch: number,
) {
  const insert = db.prepare('INSERT INTO outbox (id, at, type, data, subject, epoch) VALUES (?, ?, ?, ?, ?, ?)')
  const nextId = risingIds(random)
  return (type: string, data: JsonObject, subject: string | null = null, id?: string): void => {
    const problem = subject === null ? null : subjectProblem(subject)
    if (problem !== null) throw new TypeError(problem)
    // What the supervisor would not take must not get in.
    if (!isJsonObject(data)) throw new TypeError(`event ${type}: its data is not an object`)
    const at = now()
    insert.run(id ?? nextId(at.getTime()), at.toISOString(), type, eventText(toJson(data), data), subject, epoch)
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
  const text = storableText(given)
  if (text.length <= MAX_EVENT_CHARS && isShallow(data, MAX_JSON_DEPTH)) return text
  return JSON.stringify({ truncated: true, length: text.length, head: text.slice(0, HEAD_CHARS).toWellFormed() })
}
