// The journal's file: how it is made, opened and checked. Loaded in every session, so it imports next to nothing.
import type { DatabaseSync } from 'node:sqlite'
import { messageOf } from '../core/errors.js'
import { type JournalMark, journalProblem } from '../core/journals.js'
import { SESSION_EXIT, SessionExit } from '../core/states.js'
import { hasCode, SQLITE, sqliteCodeOf } from '../node/codes.js'
import { stepForward, versionOf } from '../node/schema-steps.js'
import { JOURNAL_STEPS } from './steps.js'

const { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } =
  process.getBuiltinModule('node:fs')
const { dirname } = process.getBuiltinModule('node:path')

/**
 * Opens the journal, or makes a new one where there never was one. A damaged one, and one that is not (or no longer) the
 * one the session had, is a SessionExit, never a fresh one.
 * @param kept what the store knows of it; null when the session never had one
 */
export function openJournalFile(path: string, kept: JournalMark | null = null): DatabaseSync {
  const isThere = existsSync(path)
  if (!isThere && kept !== null) throw notTheOne(path, kept, null)
  if (!isThere) createJournalFile(path)
  const db = open(path)
  try {
    check(db, path)
    stepForward(db, JOURNAL_STEPS)
    const found = markOf(db)
    if (kept !== null && journalProblem(kept, found) !== null) throw notTheOne(path, kept, found)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/**
 * For what is not the session itself, while that does not run: nothing is made, and only looked at whether it is a journal at
 * all. One of an older program goes forward here too.
 */
export function openExistingJournal(path: string): DatabaseSync | undefined {
  if (!existsSync(path)) return undefined
  const db = open(path)
  try {
    throwIfUnknownVersion(path, versionOf(db))
    stepForward(db, JOURNAL_STEPS)
    return db
  } catch (error) {
    db.close()
    throw isDamage(error) ? corrupt(path, messageOf(error)) : error
  }
}

/** Which journal lies there, and how far it came; null when none does. Throws when it cannot be read. */
export function markIn(path: string): JournalMark | null {
  const db = openExistingJournal(path)
  try {
    return db ? markOf(db) : null
  } finally {
    db?.close()
  }
}

/** Rows are numbered upwards for ever (AUTOINCREMENT), also when all of them have been acknowledged and deleted. */
export function markOf(db: DatabaseSync): JournalMark {
  const id = String(db.prepare('SELECT id FROM identity').get()?.id)
  const row = db.prepare(`SELECT seq FROM sqlite_sequence WHERE name = 'outbox'`).get()?.seq
  return { id, row: Number(row ?? 0) }
}

/** Made aside and renamed: a `kill -9` half-way leaves no file that looks like an emptied journal. */
export function createJournalFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  if (existsSync(`${path}-wal`)) throw corrupt(path, `it is missing, but ${path}-wal is there`)
  const draft = `${path}.new`
  for (const left of [draft, `${draft}-wal`, `${draft}-shm`]) rmSync(left, { force: true })
  // SQLite gives -wal and -shm the mode of the file itself.
  const fd = openSync(draft, 'wx', 0o600)
  try {
    const db = open(draft)
    try {
      // One flush at the end instead of one at every step.
      db.exec('PRAGMA synchronous = OFF')
      // Pages of a deleted event are used again or given back: auto_vacuum must be set before the first table exists.
      db.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL')
      stepForward(db, JOURNAL_STEPS)
    } finally {
      db.close()
    }
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  renameSync(draft, path)
  flushDirectory(dirname(path))
}

/** Its name too must survive a power cut: the store is told of it next. */
export function flushDirectory(dir: string): void {
  const fd = openSync(dir, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

function open(path: string): DatabaseSync {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite')
  const db = new DatabaseSync(path, { timeout: 5_000 })
  try {
    // Small: a hundred sessions share the host. What is committed moves into the file after 100 pages (400 KB) instead of
    // SQLite's thousand, so that a journal needs little room beside itself on a disk that is nearly full; the size limit
    // gives a log grown in a burst back to the disk.
    db.exec('PRAGMA synchronous = NORMAL; PRAGMA cache_size = -512; PRAGMA wal_autocheckpoint = 100;')
    db.exec('PRAGMA journal_size_limit = 1048576;')
  } catch (error) {
    db.close()
    throw isDamage(error) ? corrupt(path, messageOf(error)) : error
  }
  return db
}

function check(db: DatabaseSync, path: string): void {
  let verdict: unknown
  let version: number
  try {
    verdict = db.prepare('PRAGMA quick_check(1)').get()?.quick_check
    version = versionOf(db)
  } catch (error) {
    throw isDamage(error) ? corrupt(path, messageOf(error)) : error
  }
  if (verdict !== 'ok') throw corrupt(path, String(verdict).replaceAll('\n', ' '))
  throwIfUnknownVersion(path, version)
}

function throwIfUnknownVersion(path: string, version: number): void {
  if (version > 0 && version <= JOURNAL_STEPS.length) return
  if (version === 0) throw corrupt(path, 'it is empty')
  throw new SessionExit(
    SESSION_EXIT.badConfig,
    `journal ${path} is of a newer frota (schema ${version}); upgrade frota`,
  )
}

const corrupt = (path: string, why: string) => failed(path, `journal corrupt: ${why}`)

const notTheOne = (path: string, kept: JournalMark, found: JournalMark | null) =>
  failed(path, journalProblem(kept, found) ?? '')

const failed = (path: string, why: string) =>
  new SessionExit(
    SESSION_EXIT.badConfig,
    `${why}; put ${path} back from a backup, or begin a new one: frota recover ${refOf(path)} (what was not shipped is lost)`,
  )

/** It lies in `tokens/TENANT/NAME/`. */
const refOf = (path: string) => path.split('/').slice(-3, -1).join('/')

export const isDamage = (error: unknown) => [SQLITE.corrupt, SQLITE.notADatabase].includes(sqliteCodeOf(error))
export const isDiskFull = (error: unknown) => sqliteCodeOf(error) === SQLITE.full || hasCode(error, 'ENOSPC')
