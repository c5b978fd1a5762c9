// One-time links in the ledger, so that they outlive the supervisor. Of token and visit there are hashes only: whoever
// reads the file can open none.
import type { DatabaseSync } from 'node:sqlite'
import type { OneTimeLink } from '../core/one-time-links.js'

export interface KeptLink extends Omit<OneTimeLink, 'isOpened'> {
  /** Hash of its token. */
  mark: string
  /** Hash of the visit's secret; null: nobody has opened it. */
  visit: string | null
}

export interface LinkBook {
  all(): KeptLink[]
  save(link: KeptLink): void
  drop(mark: string): void
}

/** @param write keeps what the disk does not take, under a key, until it does */
export function openLinkBook(db: DatabaseSync, write: (key: string, work: () => unknown) => void): LinkBook {
  const save = db.prepare('insert or replace into links (mark, link) values (?, ?)')
  const drop = db.prepare('delete from links where mark = ?')
  return {
    all: () =>
      db
        .prepare('select link from links')
        .all()
        .map((row) => JSON.parse(String(row.link)) as KeptLink),
    save(link) {
      const text = JSON.stringify(link)
      write(`link ${link.mark}`, () => save.run(link.mark, text))
    },
    drop: (mark) => write(`link ${mark}`, () => drop.run(mark)),
  }
}
