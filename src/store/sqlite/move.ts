// A session goes to another home: who holds its lease, and the one statement that takes it.
import type { HomeId, SessionId, TenantId } from '../../core/ids.js'
import { text, textOrNull } from '../columns.js'
import { refusal } from '../refusals.js'
import type { HeldLease, HomeStore, TenantStore } from '../store.js'
import { tell } from './audit.js'
import type { Database, Sql } from './database.js'
import { replaceIn } from './journals.js'

/** Undefined: nobody has it. One that ran out is somebody's until it is taken or let go. */
export function leaseIn(sql: Sql, session: SessionId): HeldLease | undefined {
  const row = sql.get(
    `select l.home, l.expires_at, h.host from leases l left join homes h on h.id = l.home
     where l.session_id = :session and l.home is not null`,
    { session },
  )
  return (
    row && {
      heldBy: text(row, 'home') as HomeId,
      host: textOrNull(row, 'host'),
      untilMs: Date.parse(text(row, 'expires_at')),
    }
  )
}

export function tenantLeases(db: Database, tenant: TenantId): Pick<TenantStore, 'lease'> {
  return {
    lease: (session) =>
      db.read((sql) => {
        const isTheirs = sql.get('select 1 from sessions where id = :session and tenant_id = :tenant', {
          session,
          tenant,
        })
        return (isTheirs && leaseIn(sql, session)) ?? null
      }),
  }
}

export function moving(db: Database, home: HomeId): Pick<HomeStore, 'move'> {
  return {
    move: (session, from, journal, audit) =>
      db.write((sql) => {
        const row = sql.get('select tenant_id from sessions where id = :session and home = :from', { session, from })
        if (!row) throw refusal('SESSION_MOVED', session)
        const lease = leaseIn(sql, session)
        if (lease && lease.heldBy !== home && lease.untilMs > Date.now()) return { moved: false, ...lease }
        const tenant = text(row, 'tenant_id') as TenantId
        sql.run(
          `update sessions set home = :home, start_requests = start_requests + (wanted = 'running')
           where id = :session`,
          { session, home },
        )
        sql.run('update leases set home = null, run = null where session_id = :session', { session })
        sql.run('delete from heartbeats where session_id = :session', { session })
        if (journal !== null) replaceIn(sql, tenant, session, journal)
        tell(sql, tenant, audit)
        return { moved: true }
      }),
  }
}
