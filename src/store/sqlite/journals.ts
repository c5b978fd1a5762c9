// Which journal belongs to a session, and how far it has been acknowledged.
import type { HomeId, SessionId, TenantId } from '../../core/ids.js'
import type { JournalMark } from '../../core/journals.js'
import { text } from '../columns.js'
import { refusal } from '../refusals.js'
import { rowToMark } from '../rows.js'
import type { HomeStore, TenantStore } from '../store.js'
import { tell } from './audit.js'
import type { Database, Sql } from './database.js'

export function markIn(sql: Sql, session: SessionId): JournalMark | null {
  const row = sql.get('select journal, acked_row from journals where session_id = :session', { session })
  return row ? rowToMark(row) : null
}

export function homeJournals(db: Database, home: HomeId): Pick<HomeStore, 'keepJournal'> {
  return {
    keepJournal: (session, id) =>
      db.write((sql) => {
        throwIfTaken(sql, session, id)
        sql.run(
          `insert into journals (session_id, tenant_id, journal, acked_row)
           select id, tenant_id, :id, 0 from sessions where id = :session and home = :home
           on conflict (session_id) do nothing`,
          { session, id, home },
        )
        const kept = markIn(sql, session)
        if (!kept) throw refusal('SESSION_UNKNOWN', session)
        return kept
      }),
  }
}

export function tenantJournals(db: Database, tenant: TenantId): Pick<TenantStore, 'journal' | 'replaceJournal'> {
  return {
    journal: (session) =>
      db.read((sql) => {
        const row = sql.get('select * from journals where tenant_id = :tenant and session_id = :session', {
          tenant,
          session,
        })
        return row ? rowToMark(row) : null
      }),
    replaceJournal: (session, id, audit) =>
      db.write((sql) => {
        replaceIn(sql, tenant, session, id)
        tell(sql, tenant, audit)
      }),
  }
}

export function replaceIn(sql: Sql, tenant: TenantId, session: SessionId, id: string): void {
  throwIfTaken(sql, session, id)
  const written = sql.run(
    `insert into journals (session_id, tenant_id, journal, acked_row)
     select id, tenant_id, :id, 0 from sessions where id = :session and tenant_id = :tenant
     on conflict (session_id) do update set journal = :id, acked_row = 0`,
    { session, id, tenant },
  )
  if (written === 0) throw refusal('SESSION_UNKNOWN', session)
}

function throwIfTaken(sql: Sql, session: SessionId, id: string): void {
  const taken = sql.get('select session_id from journals where journal = :id and session_id <> :session', {
    id,
    session,
  })
  if (taken) throw refusal('JOURNAL_TAKEN', text(taken, 'session_id'))
}
