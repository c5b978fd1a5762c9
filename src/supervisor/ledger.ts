// The supervisor's own memory on the local disk (data/ledger.db): what must survive it, whatever the store does.
//   units      one row a session: its life, attempts, restarts, epoch; a spent ticket stays spent
//   good       the last config that its kind accepted, so that a bad edit in the store stops nothing
//   outbox     the supervisor's own events until the store has them
import { chmodSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { SessionId } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import type { StoredEvent } from '../store/store.js'
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
  close(): void
}

export function openLedger(file: string): Ledger {
  const db = new DatabaseSync(file, { timeout: 5000 })
  chmodSync(file, 0o600)
  db.exec(`
    pragma journal_mode = wal;
    pragma synchronous = normal;
    create table if not exists units (id text primary key, unit text not null) strict;
    create table if not exists good (id text primary key, version integer not null, config text not null) strict;
    create table if not exists outbox (seq integer primary key, id text not null unique, event text not null) strict;
  `)
  const saveUnit = db.prepare('insert or replace into units (id, unit) values (?, ?)')
  const saveGood = db.prepare('insert or replace into good (id, version, config) values (?, ?, ?)')
  const addEvent = db.prepare('insert or ignore into outbox (id, event) values (?, ?)')
  const dropEvent = db.prepare('delete from outbox where id = ?')
  return {
    units() {
      const rows = db.prepare('select id, unit from units').all()
      return new Map(rows.map((row) => [row.id as SessionId, JSON.parse(String(row.unit)) as KeptUnit]))
    },
    save({ usage: _usage, busy: _busy, ...kept }) {
      saveUnit.run(kept.id, JSON.stringify(kept))
    },
    drop(id) {
      db.prepare('delete from units where id = ?').run(id)
      db.prepare('delete from good where id = ?').run(id)
    },
    goodConfig(id) {
      const row = db.prepare('select version, config from good where id = ?').get(id)
      return row && { version: Number(row.version), config: JSON.parse(String(row.config)) as JsonObject }
    },
    keepGoodConfig(id, config, version) {
      saveGood.run(id, version, JSON.stringify(config))
    },
    addEvent(event) {
      addEvent.run(event.id, JSON.stringify(event))
    },
    pendingEvents(limit) {
      const rows = db.prepare('select event from outbox order by seq limit ?').all(limit)
      return rows.map((row) => {
        const event = JSON.parse(String(row.event)) as StoredEvent
        return { ...event, at: new Date(event.at) }
      })
    },
    dropEvents(ids) {
      for (const id of ids) dropEvent.run(id)
    },
    close: () => db.close(),
  }
}
