// A session's journal: its state, its intents, and its outbox of events. Every session loads it, so it imports little.
import type { DatabaseSync } from 'node:sqlite'
import { kindEventTypeProblem, type RuntimeEvent } from '../core/events.js'
import type { JournalMark } from '../core/journals.js'
import type { JsonObject } from '../core/json.js'
import { NOTICE, type Notice } from '../core/notices.js'
import { SQLITE, sqliteCodeOf } from '../node/codes.js'
import { intentsOf } from './intents.js'
import { type Outbox, outboxOf, recorder } from './outbox.js'
import { type RecordTable, recordsOf } from './records.js'
import { isDamage, isDiskFull, markOf, openJournalFile } from './schema.js'
import { tablesOf } from './tables.js'
import type { Journal } from './types.js'

export { openOutbox } from './outbox.js'

const CLOSED_INTENTS_KEPT_MS = 30 * 24 * 60 * 60 * 1000
const TIDY_ROWS = 5_000
const TIDY_PAGES = 2_000

export interface JournalOptions {
  /** The journal that must be found here; null or left out: the session never had one. */
  kept?: JournalMark | null
  now: () => Date
  random: (bytes: number) => Uint8Array
  /** Of the lease under which this run writes: what it says counts over what was said under a lower one. */
  epoch?: number
  /** What all records together may be; without it there is no such limit. */
  maxRecordsBytes?: number
  /** How data is written down: a session leaves its secrets out. */
  toJson?: (data: JsonObject) => string
  /** Something was recorded: ship it soon. */
  onRecord?: () => void
  /** A write failed because of the disk (full, read-only, damaged), or, with null, writes work again. */
  onTrouble?: (reason: string | null) => void
}

export interface SessionJournal extends Journal, Outbox, Pick<RecordTable, 'records' | 'limit'> {
  /** An event of frota's own, which a kind cannot record. */
  recordOwn(type: RuntimeEvent, data: JsonObject): void
  /** A notice, whose id follows from what it is about. Nothing while one of this id waits here already. */
  notify(id: string, notice: Notice): void
  /** Which journal it is, and the highest row it ever gave out. */
  mark(): JournalMark
  counts(): { eventsPending: number; intentsOpen: number; recordsBytes: number }
  /** Forget old closed intents, give space back. Call it now and then. */
  tidy(): void
  close(): void
}

/** @param path `journal.db` of the session's directory. Throws a SessionExit when it is damaged, gone or another one. */
export function openJournal(path: string, options: JournalOptions): SessionJournal {
  const { now, random, epoch = 0, maxRecordsBytes = Infinity, toJson = JSON.stringify, onRecord, onTrouble } = options
  const db = openJournalFile(path, options.kept)
  const guarded = watchTrouble(onTrouble)
  const { transaction, durably, flush } = transactionsOf(db, guarded)
  const outbox = outboxOf(db)
  const insert = recorder(db, now, random, toJson, epoch)
  const standing = recordsOf(db, { now, epoch, maxBytes: maxRecordsBytes, toJson })
  // What an earlier run left may lie in the cache only.
  let owesFlush = true
  const told = () => {
    owesFlush = true
    onRecord?.()
  }
  const recordOwn = (type: string, data: JsonObject, subject: string | null = null) => {
    guarded(() => insert(type, data, subject))
    told()
  }
  const waits = db.prepare(`SELECT 1 FROM outbox WHERE type = '${NOTICE}' AND id = ?`)
  const intents = intentsOf(db, now, recordOwn, durably)
  return {
    db,
    recordOwn,
    record(type, data, { subject } = {}) {
      const problem = kindEventTypeProblem(type)
      if (problem !== null) throw new TypeError(problem)
      recordOwn(type, data, subject ?? null)
    },
    notify(id, notice) {
      if (waits.get(id)) return
      guarded(() => insert(NOTICE, { ...notice }, null, id))
      told()
    },
    keep(collection, key, data, { subject } = {}) {
      transaction(() => standing.keep(collection, key, data, subject ?? null))
      told()
    },
    forget(subject) {
      transaction(() => standing.forget(subject))
      told()
    },
    records: standing.records,
    limit: standing.limit,
    mark: () => markOf(db),
    intents: { ...intents, done: (key, result) => guarded(() => intents.done(key, result)) },
    transaction,
    table: tablesOf(db, guarded),
    ...outbox,
    /** On the disk before it leaves: after a power cut the store must not know rows that the journal has lost. */
    pending(limit) {
      if (owesFlush && outbox.pendingCount() > 0) flush()
      owesFlush = false
      return outbox.pending(limit)
    },
    counts: () => ({
      eventsPending: outbox.pendingCount(),
      intentsOpen: intents.openCount(),
      recordsBytes: standing.bytes(),
    }),
    tidy() {
      intents.prune(new Date(now().getTime() - CLOSED_INTENTS_KEPT_MS), TIDY_ROWS)
      db.exec(`PRAGMA incremental_vacuum(${TIDY_PAGES}); PRAGMA wal_checkpoint(TRUNCATE);`)
    },
    close: () => db.close(),
  }
}

function transactionsOf(db: DatabaseSync, guarded: <T>(work: () => T) => T) {
  let depth = 0
  let owesFlush = false

  function transaction<T>(work: () => T): T {
    if (depth > 0) return nested(work)
    return guarded(() => {
      db.exec('BEGIN IMMEDIATE')
      depth++
      try {
        const result = throwIfAsync(work())
        db.exec('COMMIT')
        return result
      } catch (error) {
        // A full disk makes SQLite roll back by itself.
        if (db.isTransaction) db.exec('ROLLBACK')
        owesFlush = false
        throw error
      } finally {
        depth--
        if (owesFlush) flush()
      }
    })
  }

  function nested<T>(work: () => T): T {
    db.exec('SAVEPOINT inner_work')
    depth++
    try {
      const result = throwIfAsync(work())
      db.exec('RELEASE inner_work')
      return result
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK TO inner_work; RELEASE inner_work')
      throw error
    } finally {
      depth--
    }
  }

  /**
   * synchronous=FULL for one piece of work. It cannot be changed inside a transaction, so there the debt is paid after
   * the commit: a FULL commit flushes everything before it.
   */
  function durably<T>(work: () => T): T {
    if (depth > 0) {
      const result = nested(work)
      owesFlush = true
      return result
    }
    db.exec('PRAGMA synchronous = FULL')
    try {
      return transaction(work)
    } finally {
      db.exec('PRAGMA synchronous = NORMAL')
    }
  }

  function flush(): void {
    owesFlush = false
    db.exec('PRAGMA synchronous = FULL')
    try {
      db.exec('UPDATE flushed SET n = n + 1')
    } finally {
      db.exec('PRAGMA synchronous = NORMAL')
    }
  }

  return { transaction, durably, flush }
}

function throwIfAsync<T>(result: T): T {
  if (result instanceof Promise) throw new Error('journal.transaction: the work must not be asynchronous')
  return result
}

/** Tells once when the disk stops taking writes, and once when it takes them again. */
function watchTrouble(onTrouble: JournalOptions['onTrouble']) {
  let inTrouble = false
  return <T>(work: () => T): T => {
    try {
      const result = work()
      if (inTrouble) {
        inTrouble = false
        onTrouble?.(null)
      }
      return result
    } catch (error) {
      const reason = troubleOf(error)
      if (reason !== null && !inTrouble) {
        inTrouble = true
        onTrouble?.(reason)
      }
      throw error
    }
  }
}

function troubleOf(error: unknown): string | null {
  if (isDiskFull(error)) return 'disk full: the journal cannot be written'
  if (isDamage(error)) return 'journal corrupt'
  const code = sqliteCodeOf(error)
  if (code === SQLITE.busy) return 'the journal is held by another program'
  if (code === SQLITE.readOnly || code === SQLITE.ioError) return `the journal cannot be written: ${String(error)}`
  return null
}
