// How things stand, as the session itself sees it: the records it kept, beside the outbox that takes them to the store.
import type { DatabaseSync } from 'node:sqlite'
import { isJsonObject, isShallow, type JsonObject } from '../core/json.js'
import { MAX_JSON_DEPTH } from '../core/protocol.js'
import { MAX_RECORD_BYTES, RecordsFull, recordNameProblem, subjectProblem } from '../core/records.js'
import { storableText } from './storable.js'
import { RECORDS, readerOf } from './tables.js'
import type { KeptRecord, Records } from './types.js'

export interface RecordTable {
  keep(collection: string, key: string, data: JsonObject | null, subject: string | null): void
  /** Deletes what is about this subject: what was kept, and what has not been shipped yet. */
  forget(subject: string): void
  records(collection: string): Records
  /** Of all of them together: names, keys and values. */
  bytes(): number
  /** The plan is another one, or allows something else now. What is kept stays. */
  limit(maxBytes: number): void
}

export interface RecordsOptions {
  now: () => Date
  /** Of the lease under which this run writes. */
  epoch: number
  /** What the plan allows all of them together; only what adds to them is refused beyond it. */
  maxBytes: number
  toJson: (data: JsonObject) => string
}

/** Each of these is called inside a transaction. */
export function recordsOf(db: DatabaseSync, { now, epoch, maxBytes, toJson }: RecordsOptions): RecordTable {
  let allowed = maxBytes
  // The next one says it all: what is still here of the same key need not travel any more. It goes to the end, where it
  // stands behind what led to it, and where the answer to a batch that is under way does not delete it.
  const replace = db.prepare(`DELETE FROM outbox WHERE what = 'keep' AND collection = ? AND key = ?`)
  const tell = db.prepare(
    `INSERT INTO outbox (what, at, collection, key, data, subject, epoch) VALUES ('keep', ?, ?, ?, ?, ?, ?)`,
  )
  const put = db.prepare(PUT)
  const remove = db.prepare('DELETE FROM records WHERE collection = ? AND key = ?')
  const subjectOf = db.prepare('SELECT subject FROM records WHERE collection = ? AND key = ?')
  const forgetUntold = db.prepare('DELETE FROM outbox WHERE subject = ?')
  const forgetKept = db.prepare('DELETE FROM records WHERE subject = ?')
  const size = db.prepare('SELECT bytes FROM records_size')
  const bytes = () => Number(size.get()?.bytes)
  const tellForget = db.prepare(`INSERT INTO outbox (what, at, subject, epoch) VALUES ('forget', ?, ?, ?)`)
  return {
    keep(collection, key, data, subject) {
      throwIf(recordNameProblem(collection, key))
      if (subject !== null) throwIf(subjectProblem(subject))
      // A removal names the key, too: whoever is forgotten later must not stand in it.
      const about =
        subject ?? (data === null ? ((subjectOf.get(collection, key)?.subject ?? null) as string | null) : null)
      const text = data === null ? null : recordText(collection, key, data, toJson)
      replace.run(collection, key)
      tell.run(now().toISOString(), collection, key, text, about, epoch)
      if (text === null) return void remove.run(collection, key)
      const before = bytes()
      put.run(collection, key, text, about)
      const after = bytes()
      if (after > allowed && after > before) throw new RecordsFull(`${collection}/${key}`, after, allowed)
    },
    forget(subject) {
      throwIf(subjectProblem(subject))
      forgetUntold.run(subject)
      forgetKept.run(subject)
      tellForget.run(now().toISOString(), subject, epoch)
    },
    records: readerOf(db, RECORDS),
    bytes,
    limit(maxBytes) {
      allowed = maxBytes
    },
  }
}

/** What the store knew of a session whose journal begins anew. Nothing of it travels back. */
export function fillRecords(db: DatabaseSync, records: readonly KeptRecord[]): void {
  const put = db.prepare(PUT)
  db.exec('BEGIN IMMEDIATE')
  for (const { collection, key, data, subject } of records) put.run(collection, key, JSON.stringify(data), subject)
  db.exec('COMMIT')
}

const PUT = `
INSERT INTO records (collection, key, data, subject) VALUES (?, ?, ?, ?)
ON CONFLICT (collection, key) DO UPDATE SET data = excluded.data, subject = excluded.subject`

function recordText(collection: string, key: string, data: JsonObject, toJson: RecordsOptions['toJson']): string {
  const whose = `record ${collection}/${key}`
  if (!isJsonObject(data)) throw new TypeError(`${whose}: its data is neither an object nor null`)
  if (!isShallow(data, MAX_JSON_DEPTH)) throw new TypeError(`${whose}: nested deeper than ${MAX_JSON_DEPTH} levels`)
  const text = storableText(toJson(data))
  const bytes = Buffer.byteLength(text)
  // Half of it would be another thing than what was kept.
  if (bytes > MAX_RECORD_BYTES) throw new RangeError(`${whose}: ${bytes} bytes; at most ${MAX_RECORD_BYTES} are kept`)
  return text
}

function throwIf(problem: string | null): void {
  if (problem !== null) throw new TypeError(problem)
}
