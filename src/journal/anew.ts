// A new journal in the place of one that is gone, damaged or not the session's: the one deliberate new start there is.
// What a session should know of its past from elsewhere is written into the new file here, before anybody opens it.
import { existsSync, renameSync } from 'node:fs'
import { fillRecords } from './records.js'
import { createJournalFile, markOf, openExistingJournal } from './schema.js'
import type { KeptRecord } from './types.js'

export interface BegunAnew {
  /** Of the new journal. */
  id: string
  /** Where the old file lies now; null when there was none. */
  setAside: string | null
}

/** Nothing is deleted. @param records how things stand, from the store. The session must not run, and must not start meanwhile. */
export function beginJournalAnew(path: string, at: Date, records: readonly KeptRecord[] = []): BegunAnew {
  const setAside = putOldAside(path, at)
  createJournalFile(path)
  const db = openExistingJournal(path)
  if (!db) throw new Error(`${path} was made and is gone`)
  try {
    fillRecords(db, records)
    return { id: markOf(db).id, setAside }
  } finally {
    db.close()
  }
}

/** The file itself first: without it what is left over is no journal, and cut short here the session only fails again. */
function putOldAside(path: string, at: Date): string | null {
  const stamp = at.toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const aside = freeName(path.replace(/\.db$/, ''), stamp)
  const there = ['', '-wal', '-shm'].filter((suffix) => existsSync(`${path}${suffix}`))
  for (const suffix of there) renameSync(`${path}${suffix}`, `${aside}${suffix}`)
  return there.length > 0 ? aside : null
}

function freeName(stem: string, stamp: string): string {
  for (let n = 1; ; n++) {
    const name = `${stem}.${stamp}${n > 1 ? `-${n}` : ''}.db`
    if (['', '-wal', '-shm'].every((suffix) => !existsSync(`${name}${suffix}`))) return name
  }
}
