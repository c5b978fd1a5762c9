// How things stand: what a session keeps by collection and key until it removes it. Asked where a session keeps a record
// and where its supervisor takes one: one set of bounds.
import { eventProblem, isStorableTime, type Sifted, sift, TIME_RULE } from './events.js'
import { isJsonObject, isShallow } from './json.js'
import { MAX_JSON_DEPTH, type WireBatch } from './protocol.js'
import { SESSION_EXIT, SessionExit } from './states.js'

/** Of a record's value as JSON, in UTF-8. */
export const MAX_RECORD_BYTES = 64 * 1024
export const MAX_KEY_CHARS = 500
export const MAX_SUBJECT_CHARS = 200

/**
 * The plan allows no more records (names, keys and values together): nothing of this one was kept. A kind may catch it
 * and make room; left alone it ends the session for a person to look at, since what it cannot keep it must not do.
 */
export class RecordsFull extends SessionExit {
  readonly code = 'RECORDS_FULL'
  constructor(what: string, bytes: number, allowed: number) {
    super(
      SESSION_EXIT.planLimit,
      `record ${what}: with it the session would keep ${bytes} bytes of records, and its plan allows ${allowed} (maxRecords)`,
    )
  }
}

const COLLECTION = /^[a-z][a-z0-9_-]{0,62}$/

/** Why this cannot be a record's collection and key; null when it can. */
export function recordNameProblem(collection: unknown, key: unknown): string | null {
  if (typeof collection !== 'string' || !COLLECTION.test(collection))
    return 'collection: 1 to 63 of a-z, 0-9, "_" and "-", beginning with a letter'
  return isPrintable(key, MAX_KEY_CHARS) ? null : `key: not a printable text of 1 to ${MAX_KEY_CHARS} characters`
}

/** Why this cannot be whom an event or a record is about. */
export const subjectProblem = (subject: unknown): string | null =>
  isPrintable(subject, MAX_SUBJECT_CHARS)
    ? null
    : `subject: not a printable text of 1 to ${MAX_SUBJECT_CHARS} characters`

/** Why a keep that a session sent is not taken; null when it is. It begins with the name of the field. */
export function keepProblem(keep: unknown): string | null {
  if (!isJsonObject(keep)) return 'not an object'
  const { collection, key, data, subject, at } = keep
  if (!isStorableTime(at)) return `at: ${TIME_RULE}`
  if (data !== null && !isJsonObject(data)) return 'data: neither an object nor null'
  if (!isShallow(data, MAX_JSON_DEPTH)) return `data: nested deeper than ${MAX_JSON_DEPTH} levels`
  if (Buffer.byteLength(JSON.stringify(data)) > MAX_RECORD_BYTES) return `data: larger than ${MAX_RECORD_BYTES} bytes`
  return placeProblem(keep) ?? recordNameProblem(collection, key) ?? (subject === null ? null : subjectProblem(subject))
}

/** Why a wish to forget somebody is not taken; null when it is. */
export function forgetProblem(forget: unknown): string | null {
  if (!isJsonObject(forget)) return 'not an object'
  return placeProblem(forget) ?? subjectProblem(forget.subject)
}

/** What of a batch can be taken, and of the rest why not. */
export function siftBatch({ events, keeps, forgets }: WireBatch): {
  taken: WireBatch
  refused: Sifted<unknown>['refused']
} {
  const sifted = {
    events: sift(events, eventProblem),
    keeps: sift(keeps, keepProblem),
    forgets: sift(forgets, forgetProblem),
  }
  return {
    taken: { events: sifted.events.taken, keeps: sifted.keeps.taken, forgets: sifted.forgets.taken },
    refused: Object.values(sifted).flatMap(({ refused }): Sifted<unknown>['refused'] => refused),
  }
}

const placeProblem = ({ seq, epoch }: { seq?: unknown; epoch?: unknown }): string | null => {
  if (!Number.isSafeInteger(seq) || Number(seq) < 1) return 'seq: not a row of a journal'
  return Number.isSafeInteger(epoch) && Number(epoch) >= 0 ? null : 'epoch: not a lease’s epoch'
}

const UNPRINTABLE = /[\p{Cc}\p{Surrogate}]/u
const isPrintable = (text: unknown, maxChars: number) =>
  typeof text === 'string' && text.length >= 1 && text.length <= maxChars && !UNPRINTABLE.test(text)
