// The supervisor's wide view of one home.

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { HomeId, SessionId, TenantId } from '../../core/ids.js'
import { NOTICE } from '../../core/notices.js'
import { LEASE_TTL_MS } from '../../core/protocol.js'
import { RowRefused } from '../../core/put-aside.js'
import { SQLITE, sqliteCodeOf } from '../../node/codes.js'
import { rowToTenantsChannel } from '../channels.js'
import { number, text } from '../columns.js'
import { refusal } from '../refusals.js'
import {
  beatToRow,
  eventToRow,
  rowToBeat,
  rowToJournal,
  rowToLease,
  rowToPlan,
  rowToSecret,
  rowToSession,
  rowToTenant,
} from '../rows.js'
import type { HomeStore, WantedChange } from '../store.js'
import { tell } from './audit.js'
import type { Database, Sql } from './database.js'
import { homeEvents } from './home-events.js'
import { homeJournals, markIn } from './journals.js'
import { leaseIn, moving } from './move.js'
import { readOperatorSecrets } from './operator-secrets.js'
import { applyStanding, NOT_FORGOTTEN, NOT_LATE } from './records.js'

const PRUNE_CHUNK_ROWS = 5_000

// SQLite's own clock, in the form of our times: they compare as text.
const NOW = `strftime('%Y-%m-%dT%H:%M:%fZ', 'now')`
const TTL = `strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+${LEASE_TTL_MS / 1000} seconds')`

export function homeStore(db: Database, home: HomeId): HomeStore {
  return {
    ...reading(db, home),
    ...leases(db, home),
    ...homeJournals(db, home),
    ...moving(db, home),
    changeWanted: (changes) => changeWanted(db, home, changes),
    ...writing(db, home),
    events: homeEvents(db, home),
  }
}

function changeWanted(db: Database, home: HomeId, changes: WantedChange[]): Promise<Set<SessionId>> {
  return db.write((sql) => {
    const changed = new Set<SessionId>()
    for (const { session, wanted, requestStart, requestRestart, audit } of changes) {
      const row = sql.get(
        `update sessions set wanted = coalesce(:wanted, wanted), start_requests = start_requests + :start,
           restart_requests = restart_requests + :restart
         where id = :session and home = :home returning tenant_id`,
        { session, home, wanted: wanted ?? null, start: requestStart ?? false, restart: requestRestart ?? false },
      )
      if (!row) continue
      tell(sql, text(row, 'tenant_id') as TenantId, audit)
      changed.add(session)
    }
    return changed
  })
}

function reading(db: Database, home: HomeId): Pick<HomeStore, 'register' | 'snapshot' | 'heartbeats'> {
  return {
    register: ({ host, version }) =>
      db.write((sql) => {
        sql.run(
          `insert into homes values (:home, :host, :version, ${NOW})
           on conflict (id) do update set host = :host, version = :version, registered_at = ${NOW}`,
          { home, host, version },
        )
      }),
    snapshot: () =>
      db.read((sql) => ({
        plans: sql.all('select * from plans order by sessions is null, sessions, slug').map(rowToPlan),
        tenants: sql.all('select * from tenants order by slug').map(rowToTenant),
        sessions: sql
          .all('select * from sessions where home = :home order by tenant_id, name', { home })
          .map(rowToSession),
        secrets: sql
          .all(
            `select * from secrets where session_id is null
             or session_id in (select id from sessions where home = :home) order by tenant_id, session_id, name`,
            { home },
          )
          .map((row) => ({ ...rowToSecret(row), tenantId: text(row, 'tenant_id') as TenantId })),
        channels: sql.all('select * from channels order by tenant_id, name').map(rowToTenantsChannel),
        operatorSecrets: readOperatorSecrets(sql),
        dataKeys: new Map(
          sql.all('select * from data_keys').map((row) => [text(row, 'tenant_id') as TenantId, text(row, 'wrapped')]),
        ),
        journals: new Map(
          sql
            .all('select * from journals')
            .map(rowToJournal)
            .map(({ session, id }) => [session, id]),
        ),
      })),
    heartbeats: () =>
      db.read((sql) =>
        sql
          .all('select h.* from heartbeats h join sessions s on s.id = h.session_id where s.home = :home', { home })
          .map(rowToBeat),
      ),
  }
}

function leases(db: Database, home: HomeId): Pick<HomeStore, 'acquire' | 'renew' | 'release'> {
  return {
    acquire: (session, run, atLeast = 1) =>
      db.write((sql) => {
        const got = sql.get(
          `insert into leases as l (session_id, home, run, epoch, expires_at)
           select id, :home, :run, :atLeast, ${TTL} from sessions where id = :session and home = :home
           on conflict (session_id) do update
           set home = :home, run = :run, epoch = max(l.epoch + 1, excluded.epoch), expires_at = excluded.expires_at
           where l.home is null or l.home = :home or l.expires_at <= ${NOW}
           returning epoch`,
          { session, run, home, atLeast },
        )
        if (got) return { epoch: number(got, 'epoch'), journal: markIn(sql, session) }
        const isOurs = sql.get('select 1 from sessions where id = :session and home = :home', { session, home })
        const held = isOurs && leaseIn(sql, session)
        if (!held) throw refusal('SESSION_UNKNOWN', session)
        return { heldBy: held.heldBy, untilMs: held.untilMs }
      }),
    renew: () =>
      db.write((sql) =>
        sql.all(`update leases set expires_at = ${TTL} where home = :home returning *`, { home }).map(rowToLease),
      ),
    release: (session, run) =>
      db.write((sql) => {
        sql.run(
          `update leases set home = null, run = null, expires_at = ${NOW}
           where session_id = :session and home = :home and run = :run`,
          { session, home, run },
        )
      }),
  }
}

function writing(db: Database, home: HomeId): Pick<HomeStore, 'beat' | 'append' | 'prune'> {
  return {
    beat: (rows) =>
      refusable(
        db.write((sql) => {
          for (const row of rows) sql.run(BEAT, { ...beatToRow(row), home })
        }),
      ),
    append: (events, acks = [], standing = { keeps: [], forgets: [] }) =>
      refusable(
        db.write((sql) => {
          const notices = new Set<string>()
          for (const event of events) {
            if (sql.run(APPEND, eventToRow(event)) > 0 && event.type === NOTICE) notices.add(event.id)
          }
          applyStanding(sql, standing)
          for (const { session, journal, row } of acks) sql.run(ACK, { session, journal, row })
          return notices
        }),
      ),
    prune: async (now) => {
      let pruned = 0
      for (const [tenant, before] of await db.read((sql) => cutOffs(sql, now))) {
        let deleted = 0
        do {
          deleted = await db.write((sql) => sql.run(PRUNE, { tenant, before, chunk: PRUNE_CHUNK_ROWS }))
          pruned += deleted
          await nextTurn() // the supervisor goes on breathing while a month of history is deleted
        } while (deleted === PRUNE_CHUNK_ROWS)
      }
      return pruned
    },
  }
}

const BEAT = `
insert into heartbeats (session_id, tenant_id, run, state, reason, detail, pid, port, host, rss_bytes, cpu_percent,
  restarts, counters, since, started_at, stopped_at, at)
select :session_id, :tenant_id, :run, :state, :reason, :detail, :pid, :port, :host, :rss_bytes, :cpu_percent,
  :restarts, :counters, :since, :started_at, :stopped_at, :at
from sessions where id = :session_id and tenant_id = :tenant_id and home = :home
on conflict (session_id) do update set run = excluded.run, state = excluded.state, reason = excluded.reason,
  detail = excluded.detail, pid = excluded.pid, port = excluded.port, host = excluded.host,
  rss_bytes = excluded.rss_bytes, cpu_percent = excluded.cpu_percent, restarts = excluded.restarts,
  counters = excluded.counters, since = excluded.since, started_at = excluded.started_at,
  stopped_at = excluded.stopped_at, at = excluded.at
where excluded.at >= heartbeats.at`

const APPEND = `
insert into events (id, tenant_id, session_id, kind, at, type, data, subject, epoch, journal_row)
select :id, :tenant_id, :session_id, (select kind from sessions where id = :session_id), :at, :type, :data, :subject, :epoch, :journal_row
where exists (select 1 from tenants where id = :tenant_id) and ${NOT_LATE} and ${NOT_FORGOTTEN}
on conflict (id) do nothing`

const ACK = `
update journals set acked_row = max(acked_row, :row) where session_id = :session and journal = :journal`

/** A value that is out of a column's bounds, or that cannot even be written down. */
async function refusable<T>(writing: Promise<T>): Promise<T> {
  try {
    return await writing
  } catch (thrown) {
    const code = sqliteCodeOf(thrown)
    const isOurs = code === 0 && (thrown instanceof TypeError || thrown instanceof RangeError)
    throw isOurs || REFUSED.includes(code) ? new RowRefused('sqlite', thrown) : thrown
  }
}

const REFUSED = [SQLITE.tooBig, SQLITE.constraint, SQLITE.mismatch]

const PRUNE = `
delete from events where seq in
  (select seq from events where tenant_id = :tenant and at < :before order by at limit :chunk)`

function cutOffs(sql: Sql, now: Date): [tenant: string, before: string][] {
  return sql
    .all('select t.id, p.retention_days from tenants t join plans p on p.slug = t.plan')
    .map((row) => [text(row, 'id'), cutOff(now, number(row, 'retention_days'))])
}

/** A longer time than a hundred years is no date. */
const cutOff = (now: Date, days: number) => new Date(now.getTime() - Math.min(days, 36_500) * DAY_MS).toISOString()

const DAY_MS = 24 * 60 * 60 * 1000
