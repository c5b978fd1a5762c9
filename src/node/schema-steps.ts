// SQLite files of ours only go forward: an ordered list of steps, of which the n-th makes version n (`user_version`). What
// has shipped is never edited, a step is added; `test/schemas.test.ts` keeps it so. Sessions load this file.
import type { DatabaseSync } from 'node:sqlite'

export const versionOf = (db: DatabaseSync): number => Number(db.prepare('PRAGMA user_version').get()?.user_version)

/**
 * Each missing step in a transaction with its number: cut short anywhere, the file is whole and of some version. No copy is
 * made before: it would keep what a tenant had removed. Whoever calls sees to it that no program of before has the file
 * open. A version that is higher than these steps is the caller's to refuse.
 */
export function stepForward(db: DatabaseSync, steps: readonly string[]): void {
  for (let version = versionOf(db); version < steps.length; version = versionOf(db)) {
    db.exec('BEGIN IMMEDIATE')
    try {
      // Another of this program may have been faster.
      if (versionOf(db) === version) db.exec(`${steps[version]};PRAGMA user_version = ${version + 1}`)
      db.exec('COMMIT')
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
      throw error
    }
  }
}
