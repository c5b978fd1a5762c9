// A lock that cannot be left behind: SQLite's own file lock, which the kernel frees with the process, kill -9 included.
// It holds across pid namespaces (two containers on one volume), where a pid in a file means nothing.
//
// The holder must never open and close the lock file by other means: POSIX drops all locks a process has on a file
// when the process closes any descriptor of it. So the note lies beside the file, not in it.
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError, untrusted } from '../core/errors.js'
import { hasCode, SQLITE, sqliteCodeOf } from '../node/codes.js'
import { replaceFile } from '../node/files.js'
import { distrustOfOwnDirectory } from '../node/trust.js'

export interface Lock {
  release(): void
}
export interface Held {
  /** Who holds it, in its own words; for people only: right after a change of hands it may name the one before. */
  heldBy: string
}

/** Referenced from here until released: a database that is garbage is closed, and its lock with it. */
const held = new Set<DatabaseSync>()

/** @param holderNote what the next one to ask is told, e.g. `frota serve` */
export function tryLock(path: string, holderNote: string): Lock | Held {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const found = distrustOfOwnDirectory(dirname(path))
  if (found) throw untrusted(found)
  const db = new DatabaseSync(path, { timeout: 0 })
  try {
    // Not WAL: there an exclusive transaction still lets others open the file and read. No journal on the disk either:
    // nothing is ever written here, and a full disk must not keep anybody from the lock.
    db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    db.close()
    if (sqliteCodeOf(error) === SQLITE.busy) return { heldBy: readNote(path) }
    throw error
  }
  held.add(db)
  writeNote(path, holderNote)
  let released = false
  return {
    release() {
      if (released) return
      released = true
      rmSync(notePath(path), { force: true })
      held.delete(db)
      db.close()
    },
  }
}

const ASK_EVERY_MS = 50

/** Runs `fn` with the lock held; waits for it at most `waitMs`. */
export async function withLock<T>(path: string, waitMs: number, fn: () => Promise<T>, holderNote = ''): Promise<T> {
  const giveUpAt = performance.now() + waitMs
  for (;;) {
    const lock = tryLock(path, holderNote)
    if ('release' in lock) {
      try {
        return await fn()
      } finally {
        lock.release()
      }
    }
    if (performance.now() >= giveUpAt) {
      throw new UserError('LOCKED', `Waited ${waitMs} ms for ${path}, held by ${lock.heldBy}.`)
    }
    await sleep(ASK_EVERY_MS)
  }
}

const notePath = (path: string) => `${path}.json`

function writeNote(path: string, note: string): void {
  const text = JSON.stringify({ note, pid: process.pid, host: hostname(), at: new Date().toISOString() })
  try {
    replaceFile(notePath(path), text)
  } catch (error) {
    if (!hasCode(error, 'ENOSPC', 'EDQUOT')) throw error
    // The lock is held all the same; better no note than the former holder's.
    rmSync(notePath(path), { force: true })
  }
}

function readNote(path: string): string {
  let held: unknown
  try {
    held = JSON.parse(readFileSync(notePath(path), 'utf8'))
  } catch {
    return 'another process' // between taking the lock and writing the note, or a damaged note: not worth failing for
  }
  if (typeof held !== 'object' || held === null) return 'another process'
  const { note, pid, host, at } = held as Record<string, unknown>
  return `${note || 'a process'} (pid ${pid} on ${host}, since ${at})`
}
