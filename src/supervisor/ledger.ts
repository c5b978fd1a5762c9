// The supervisor's own memory on the local disk (data/ledger.db): what must survive it, whatever the store does.
//   units      one row a session: its life, attempts, restarts, epoch; a spent ticket stays spent
//   good       the last config that its kind accepted, so that a bad edit in the store stops nothing
//   untold     the supervisor's own events until the store has them
//   aside      what no store takes, and why
// What tenants are to be told, and one-time links, have tables of their own there: notice-book.ts, link-book.ts.
import { chmodSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { messageOf, UserError } from '../core/errors.js'
import type { SessionId } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import { SQLITE, sqliteCodeOf } from '../node/codes.js'
import { stepForward, versionOf } from '../node/schema-steps.js'
import type { StoredEvent } from '../store/events.js'
import { LEDGER_STEPS } from './ledger-steps.js'
import { type LinkBook, openLinkBook } from './link-book.js'
import { type NoticeBook, openNoticeBook } from './notice-book.js'
import type { Unit } from './unit.js'

export type KeptUnit = Omit<Unit, 'usage' | 'busy'>

export interface Ledger {
  units(): Map<SessionId, KeptUnit>
  save(unit: Unit): void
  drop(id: SessionId): void
  goodConfig(id: SessionId): { config: JsonObject; version: number } | undefined
  keepGoodConfig(id: SessionId, config: JsonObject, version: number): void
  addEvent(event: StoredEvent): void
  pendingEvents(limit: number): StoredEvent[]
  dropEvents(ids: string[]): void
  /** What the store will never take: kept for a person to look at, the newest thousand. */
  putAside(session: SessionId, what: unknown, why: string, at: Date): void
  /** What tenants are to be told. */
  readonly notices: NoticeBook
  readonly links: LinkBook
  close(): void
}

/**
 * While the disk takes nothing, what should be written is kept in memory: sessions are looked after all the same, and
 * a supervisor that dies meanwhile finds an older ledger, ends the runs it does not know and starts them anew.
 * @param onTrouble told once when writes begin to fail, and with null when they work again
 */
export function openLedger(
  file: string,
  onTrouble: (reason: string | null) => void = () => undefined,
  busyTimeoutMs = 5_000,
): Ledger {
  const db = openFile(file, busyTimeoutMs)
  const saveUnit = db.prepare('insert or replace into units (id, unit) values (?, ?)')
  const saveGood = db.prepare('insert or replace into good (id, version, config) values (?, ?, ?)')
  const addEvent = db.prepare('insert or ignore into untold (id, event) values (?, ?)')
  const dropEvent = db.prepare('delete from untold where id = ?')
  const owed = new Map<string, () => unknown>()
  let told = false
  return {
    units() {
      const rows = db.prepare('select id, unit from units').all()
      return new Map(rows.map((row) => [row.id as SessionId, JSON.parse(String(row.unit)) as KeptUnit]))
    },
    save({ usage: _usage, busy: _busy, ...kept }) {
      const text = JSON.stringify(kept)
      write(`unit ${kept.id}`, () => saveUnit.run(kept.id, text))
    },
    drop(id) {
      owed.delete(`good ${id}`)
      write(`unit ${id}`, () => {
        db.prepare('delete from units where id = ?').run(id)
        db.prepare('delete from good where id = ?').run(id)
      })
    },
    goodConfig(id) {
      const row = db.prepare('select version, config from good where id = ?').get(id)
      return row && { version: Number(row.version), config: JSON.parse(String(row.config)) as JsonObject }
    },
    keepGoodConfig(id, config, version) {
      write(`good ${id}`, () => saveGood.run(id, version, JSON.stringify(config)))
    },
    addEvent(event) {
      write(`event ${event.id}`, () => addEvent.run(event.id, JSON.stringify(event)))
    },
    pendingEvents(limit) {
      settle()
      const rows = db.prepare('select event from untold order by seq limit ?').all(limit)
      return rows.map((row) => {
        const event = JSON.parse(String(row.event)) as StoredEvent
        return { ...event, at: new Date(event.at) }
      })
    },
    dropEvents(ids) {
      for (const id of ids) write(`event ${id}`, () => dropEvent.run(id))
    },
    putAside(session, what, why, at) {
      const text = (JSON.stringify(what) ?? 'null').slice(0, MAX_ASIDE_CHARS).toWellFormed()
      write(`aside ${session} ${why} ${text}`, () => {
        db.prepare('insert into aside (at, session, why, what) values (?, ?, ?, ?)').run(
          at.toISOString(),
          session,
          why,
          text,
        )
        db.prepare('delete from aside where seq <= (select max(seq) from aside) - ?').run(MAX_ASIDE)
      })
    },
    notices: openNoticeBook(db, write),
    links: openLinkBook(db, write),
    close: () => db.close(),
  }

  /** The newest of what is owed under a key is what counts. */
  function write(key: string, work: () => unknown) {
    owed.delete(key)
    owed.set(key, work)
    settle()
  }

  function settle() {
    for (const [key, work] of owed) {
      try {
        work()
      } catch (error) {
        if (isDiskTrouble(error)) return tell(messageOf(error))
        owed.delete(key)
        throw error
      }
      owed.delete(key)
    }
    tell(null)
  }

  function tell(reason: string | null) {
    if (told === (reason !== null)) return
    told = reason !== null
    onTrouble(reason)
  }
}

/** @throws LEDGER_NEWER: an older program would lose what a newer one wrote */
function openFile(file: string, timeout: number): DatabaseSync {
  const db = new DatabaseSync(file, { timeout })
  try {
    chmodSync(file, 0o600)
    const version = versionOf(db)
    if (version > LEDGER_STEPS.length) throw newer(file, version)
    db.exec('pragma journal_mode = wal; pragma synchronous = normal')
    stepForward(db, LEDGER_STEPS)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

const newer = (file: string, version: number) =>
  new UserError(
    'LEDGER_NEWER',
    `The ledger ${file} is newer than this program (version ${version}, this program knows ${LEDGER_STEPS.length}): it was left alone.`,
    'run the frota version that upgraded it, or a newer one',
  )

const MAX_ASIDE = 1_000
const MAX_ASIDE_CHARS = 20_000

const DISK_TROUBLE = [SQLITE.busy, SQLITE.readOnly, SQLITE.ioError, SQLITE.full, SQLITE.cannotOpen]
const isDiskTrouble = (error: unknown) => DISK_TROUBLE.includes(sqliteCodeOf(error))
