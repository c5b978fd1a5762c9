// A new journal in the place of one that is gone, damaged or not the session's: the one deliberate new start there is.
// What a session should know of its past from elsewhere is written into the new file here, before anybody opens it.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { UserError } from '../core/errors.js'
import { fillRecords } from './records.js'
import { createJournalFile, flushDirectory, markOf, openExistingJournal } from './schema.js'
import type { KeptRecord } from './types.js'

export interface BegunAnew {
  /** Of the new journal. */
  id: string
  /** Where the old file lies now; null when there was none. */
  setAside: string | null
}

/** Nothing is deleted. @param records how things stand, from the store. The session must not run, and must not start meanwhile. */
export function beginJournalAnew(path: string, at: Date, records: readonly KeptRecord[] = []): BegunAnew {
  const setAside = putJournalAside(path, at)
  return { id: writeJournal(path, records), setAside }
}

/** A journal that is not the session's yet: written whole in a place of its own, then put into the session's. */
export interface JournalDraft {
  id: string
  /** Answers where what was there lies now. Cut short half-way, the session has no journal and fails for a person. */
  putAt(path: string, at: Date): string | null
  discard(): void
}

export function draftJournal(draft: string, records: readonly KeptRecord[]): JournalDraft {
  const discard = () => rmSync(dirname(draft), { recursive: true, force: true })
  discard() // what an earlier try left
  const id = writeJournal(draft, records)
  throwIfNotWhole(draft, discard)
  return {
    id,
    putAt(path, at) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
      const setAside = putJournalAside(path, at)
      renameSync(draft, path)
      flushDirectory(dirname(path))
      discard()
      return setAside
    },
    discard,
  }
}

function writeJournal(path: string, records: readonly KeptRecord[]): string {
  createJournalFile(path)
  const db = openExistingJournal(path)
  if (!db) throw new Error(`${path} was made and is gone`)
  try {
    fillRecords(db, records)
    return markOf(db).id
  } finally {
    db.close()
  }
}

/** What is committed may still lie in the log beside it, and has no room in the file. Only the file is put in its place. */
function throwIfNotWhole(draft: string, discard: () => void): void {
  if (!existsSync(`${draft}-wal`)) return
  discard()
  throw new UserError('DISK_FULL', `The disk has no room for the new journal ${draft}.`, 'make room, then again')
}

/** The file itself first: without it what is left over is no journal, and cut short here the session only fails again. */
function putJournalAside(path: string, at: Date): string | null {
  const there = FILES.filter((suffix) => existsSync(`${path}${suffix}`))
  if (there.length === 0) return null
  const aside = freeName(path.replace(/\.db$/, ''), at, '.db', FILES)
  for (const suffix of there) renameSync(`${path}${suffix}`, `${aside}${suffix}`)
  return aside
}

const FILES = ['', '-wal', '-shm']

/** Beside its place, under a name that tells when. */
export function putDirectoryAside(dir: string, at: Date): string {
  const aside = freeName(dir, at)
  renameSync(dir, aside)
  return aside
}

function freeName(stem: string, at: Date, end = '', files: readonly string[] = ['']): string {
  const stamp = at.toISOString().replaceAll(/[-:]|\.\d+/g, '')
  for (let n = 1; ; n++) {
    const name = `${stem}.${stamp}${n > 1 ? `-${n}` : ''}${end}`
    if (files.every((suffix) => !existsSync(`${name}${suffix}`))) return name
  }
}
