// One connection: statements prepared once, every write in BEGIN IMMEDIATE, SQLite's troubles told as StoreUnavailable.

import { chmodSync, closeSync, existsSync, openSync, statSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf, UserError } from '../../core/errors.js'
import { extendedSqliteCodeOf, hasCode, SQLITE, sqliteCodeOf } from '../../node/codes.js'
import type { Row, WriteRow } from '../columns.js'
import { refusal } from '../refusals.js'
import { StoreUnavailable } from '../store.js'
import { MIGRATIONS } from './schema.js'

/** How long somebody else may hold the database before that is an outage. */
const BUSY_TIMEOUT_MS = 5_000
const ASK_AGAIN_MS = 20

/** Named parameters: `:name` in the SQL. Names the SQL does not use are passed over. */
export interface Sql {
  all(sql: string, values?: WriteRow): Row[]
  get(sql: string, values?: WriteRow): Row | undefined
  /** Answers the number of rows changed. */
  run(sql: string, values?: WriteRow): number
  insert(table: string, row: WriteRow): void
}

export interface Database {
  /** Consistent over several statements. `work` is synchronous: no transaction is ever held over an await. */
  read<T>(work: (sql: Sql) => T): Promise<T>
  write<T>(work: (sql: Sql) => T): Promise<T>
  /** Overwrites what was deleted, also in the write-ahead log. */
  shred(): Promise<void>
  version(): Promise<number>
  close(): void
}

/**
 * Opened at first use: a home without a database yet can still be asked what it lacks.
 * @param brief for a moment only, so that it may keep others out: see `connectAlone`
 */
export function openDatabase(path: string, brief = false): Database {
  let opened: { db: DatabaseSync; sql: Sql; inode: number } | undefined
  let closed = false
  const open = () => {
    if (closed) throw new Error('this store is closed')
    if (opened) {
      if (inodeOf(path) !== opened.inode) throw replaced(path)
      return opened
    }
    if (!existsSync(path)) throw refusal('SCHEMA_OLDER', 'there is no database yet')
    const db = brief ? connectBriefly(path) : connect(path)
    throwUnlessCurrent(db)
    // From here on waiting is ours: SQLite's own would stop the whole process, and a supervisor that stands still for
    // 20 s is ended by its watchdog, while the sessions it should look after need no store at all.
    db.exec('pragma busy_timeout = 0')
    opened = { db, sql: statements(db), inode: inodeOf(path) }
    return opened
  }
  const transaction = <T>(begin: string, work: (sql: Sql) => T): Promise<T> =>
    patiently(() => {
      const { db, sql } = open()
      return inTransaction(db, begin, () => work(sql))
    })
  return {
    read: (work) => transaction('begin', work),
    write: (work) => transaction('begin immediate', work),
    shred: () =>
      patiently(() => {
        const done = open().db.prepare('pragma wal_checkpoint(truncate)').get()
        if (done?.busy !== 0) throw Object.assign(new Error('a reader holds the log'), { errcode: SQLITE.busy })
      }),
    version: async () => guarded(() => (opened || existsSync(path) ? versionOfFile(path) : 0)),
    close: () => {
      closed = true
      opened?.db.close()
      opened = undefined
    },
  }
}

const inodeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.ino ?? 0

/** What is written now would be in no file; and opened beside the old one's log, a new one would be spoilt. */
const replaced = (path: string) =>
  new StoreUnavailable(
    'sqlite',
    new Error(`${path} was removed or replaced; frota down, put the right one back, frota up`),
  )

/** @param afterwards in the same transaction, each time */
export function migrateDatabase(path: string, seed: (sql: Sql) => void, afterwards: (sql: Sql) => void): void {
  guarded(() => {
    // Made before SQLite makes it, so that it is never readable by others; WAL files take the same mode.
    closeSync(openSync(path, 'a', 0o600))
    chmodSync(path, 0o600)
    const db = connectBriefly(path)
    try {
      inTransaction(db, 'begin immediate', () => {
        migrate(db, seed)
        afterwards(statements(db))
      })
    } finally {
      db.close()
    }
  })
}

function migrate(db: DatabaseSync, seed: (sql: Sql) => void): void {
  const current = versionOf(db)
  if (current > MIGRATIONS.length) throw refusal('SCHEMA_NEWER', versions(current))
  if (current === 0) {
    db.exec('create table schema_version (version integer primary key, applied_at text not null) strict')
  }
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index < current) continue
    db.exec(migration)
    db.prepare('insert into schema_version values (?, ?)').run(index + 1, new Date().toISOString())
  }
  if (current === 0) seed(statements(db))
}

function connectBriefly(path: string): DatabaseSync {
  try {
    return connect(path)
  } catch (error) {
    if (!isWithoutRoom(error)) throw error
    return connectAlone(path)
  }
}

/**
 * For a full disk, where even reading wants room: for the index of the log that all who have the database open share.
 * Whoever has it alone keeps that index in memory, so that one can still look.
 */
const connectAlone = (path: string) => connect(path, 'pragma locking_mode = exclusive;')

function connect(path: string, first = ''): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true })
  try {
    db.exec(first)
    // secure_delete: a removed key or secret is overwritten, not only forgotten.
    // FULL: what was acknowledged survives a power cut. Sessions forget their events once we said we have them.
    db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on')
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

function versionOfFile(path: string): number {
  const db = connectBriefly(path)
  try {
    return versionOf(db)
  } finally {
    db.close()
  }
}

function versionOf(db: DatabaseSync): number {
  const table = db.prepare(`select 1 from sqlite_master where name = 'schema_version'`).get()
  return table ? Number(db.prepare('select max(version) as version from schema_version').get()?.version ?? 0) : 0
}

function throwUnlessCurrent(db: DatabaseSync): void {
  const current = versionOf(db)
  if (current === MIGRATIONS.length) return
  db.close()
  throw refusal(current > MIGRATIONS.length ? 'SCHEMA_NEWER' : 'SCHEMA_OLDER', versions(current))
}

const versions = (current: number) => `schema ${current}, this program knows ${MIGRATIONS.length}`

function statements(db: DatabaseSync): Sql {
  const prepared = new Map<string, StatementSync>()
  const prepare = (sql: string): StatementSync => {
    const known = prepared.get(sql)
    if (known) return known
    const statement = db.prepare(sql)
    statement.setAllowUnknownNamedParameters(true)
    prepared.set(sql, statement)
    return statement
  }
  const run = (sql: string, values: WriteRow = {}) => Number(prepare(sql).run(bind(values)).changes)
  return {
    all: (sql, values = {}) => prepare(sql).all(bind(values)),
    get: (sql, values = {}) => prepare(sql).get(bind(values)),
    run,
    insert: (table, row) => {
      const columns = Object.keys(row)
      run(`insert into ${table} (${columns.join(', ')}) values (${columns.map((c) => `:${c}`).join(', ')})`, row)
    },
  }
}

function bind(values: WriteRow): Record<string, SQLInputValue> {
  const bound: Record<string, SQLInputValue> = {}
  for (const name in values) {
    const value = values[name]
    if (typeof value === 'boolean') bound[name] = Number(value)
    else if (typeof value === 'object' && value !== null) bound[name] = JSON.stringify(value)
    else if (value !== undefined) bound[name] = value
  }
  return bound
}

function inTransaction<T>(db: DatabaseSync, begin: string, work: () => T): T {
  db.exec(begin)
  try {
    const result = work()
    db.exec('commit')
    return result
  } catch (error) {
    // A full disk or an I/O error has rolled back already.
    if (db.isTransaction) db.exec('rollback')
    throw error
  }
}

/** SQLite result codes that say "no answer", not "wrong question". @see https://sqlite.org/rescode.html */
const OUTAGES: Record<number, string> = {
  5: 'the database is busy: another process has held it for too long',
  6: 'the database is locked',
  8: 'the database file is read-only',
  10: 'reading or writing the database file failed',
  11: 'the database file is damaged; restore it from a copy',
  13: 'the disk is full; free some space',
  14: 'the database file cannot be opened',
  26: 'the file is not a database',
}

/** Tries again, without holding up anybody else, while the database is busy. Nothing of a refused try is kept. */
async function patiently<T>(work: () => T): Promise<T> {
  const giveUpAt = performance.now() + BUSY_TIMEOUT_MS
  for (;;) {
    try {
      return work()
    } catch (error) {
      if (!isBusy(error) || performance.now() > giveUpAt) throw asOutage(error)
    }
    await sleep(ASK_AGAIN_MS)
  }
}

/** SQLITE_IOERR_SHMOPEN, _SHMSIZE, _SHMMAP: the shared index could not be made. */
const NO_SHARED_INDEX = [18, 19, 21].map((detail) => SQLITE.ioError | (detail << 8))
const isBusy = (error: unknown) => sqliteCodeOf(error) === SQLITE.busy
const isWithoutRoom = (error: unknown) =>
  sqliteCodeOf(error) === SQLITE.full || NO_SHARED_INDEX.includes(extendedSqliteCodeOf(error))

function guarded<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw asOutage(error)
  }
}

/** What is no outage stays what it is. */
function asOutage(error: unknown): unknown {
  const outage = error instanceof UserError ? undefined : outageOf(error)
  if (outage === undefined) return error
  return new StoreUnavailable('sqlite', new Error(`${outage} (${messageOf(error)})`, { cause: error }))
}

function outageOf(error: unknown): string | undefined {
  if (isWithoutRoom(error)) return OUTAGES[SQLITE.full]
  const code = sqliteCodeOf(error)
  if (code !== 0) return OUTAGES[code]
  if (hasCode(error, 'ENOSPC')) return OUTAGES[SQLITE.full]
  if (hasCode(error, 'EACCES', 'EPERM', 'EROFS', 'EISDIR')) return OUTAGES[SQLITE.cannotOpen]
  return undefined
}
