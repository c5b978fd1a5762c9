// One tenant's rows. Every statement names the tenant: another tenant's id finds nothing.
import type { SessionId, TenantId } from '../../core/ids.js'
import { text, type WriteRow } from '../columns.js'
import type { EventQuery } from '../events.js'
import { refusal } from '../refusals.js'
import { rowToEvent, rowToSecret, rowToSession, secretToRow, sessionToRow } from '../rows.js'
import type { SessionChange, StoredSession, TenantStore } from '../store.js'
import { readTrail, tell } from './audit.js'
import { tenantChannels } from './channels.js'
import type { Database, Sql } from './database.js'
import { tenantJournals } from './journals.js'
import { KEEP_DATA, keptIn, takeUp } from './kept.js'
import { tenantLeases } from './move.js'
import { tenantRecords } from './records.js'
import { tenantViews } from './views.js'

export function tenantStore(db: Database, tenant: TenantId): TenantStore {
  return {
    ...sessions(db, tenant),
    ...secrets(db, tenant),
    ...tenantChannels(db, tenant),
    ...claims(db, tenant),
    ...tenantJournals(db, tenant),
    ...tenantLeases(db, tenant),
    ...tenantRecords(db, tenant),
    ...tenantViews(db, tenant),
    ...history(db, tenant),
  }
}

function sessions(
  db: Database,
  tenant: TenantId,
): Pick<TenantStore, 'sessions' | 'session' | 'addSession' | 'changeSession' | 'removeSession'> {
  return {
    sessions: () =>
      db.read((sql) =>
        sql.all('select * from sessions where tenant_id = :tenant order by name', { tenant }).map(rowToSession),
      ),
    session: (name) =>
      db.read((sql) => {
        const row = sql.get('select * from sessions where tenant_id = :tenant and name = :name', { tenant, name })
        return row && rowToSession(row)
      }),
    addSession: (session, limit, audit) =>
      db.write((sql) => {
        const kept = keptIn(sql, tenant, session)
        const added: StoredSession = {
          ...session,
          id: kept?.id ?? session.id,
          tenantId: tenant,
          configVersion: 1,
          wanted: 'stopped',
          startRequests: 0,
          restartRequests: 0,
        }
        throwIfNoTenant(sql, tenant)
        throwIfNameTaken(sql, tenant, session.name)
        throwIfFull(sql, tenant, limit)
        sql.insert('sessions', sessionToRow(added))
        if (kept) takeUp(sql, kept)
        tell(sql, tenant, audit)
        return added
      }),
    changeSession: (id, change, { ifConfigVersion, audit } = {}) =>
      db.write((sql) => {
        const before = readSession(sql, tenant, id)
        if (ifConfigVersion !== undefined && ifConfigVersion !== before.configVersion) {
          throw refusal('CONFIG_CHANGED', before.name)
        }
        const after = changed(before, change)
        sql.run(
          `update sessions set display_name = :display_name, config = :config, config_version = :config_version,
             wanted = :wanted, home = :home, start_requests = :start_requests, restart_requests = :restart_requests
           where tenant_id = :tenant_id and id = :id`,
          sessionToRow(after),
        )
        tell(sql, tenant, audit)
        return after
      }),
    removeSession: (id, audit, { keepData = false } = {}) =>
      db.write((sql) => {
        readSession(sql, tenant, id)
        if (keepData) sql.run(KEEP_DATA, { tenant, id })
        sql.run('delete from sessions where tenant_id = :tenant and id = :id', { tenant, id })
        tell(sql, tenant, audit)
      }),
  }
}

function changed(before: StoredSession, change: SessionChange): StoredSession {
  const { requestStart, requestRestart, ...values } = change
  return {
    ...before,
    ...values,
    configVersion: before.configVersion + (change.config === undefined ? 0 : 1),
    startRequests: before.startRequests + (requestStart ? 1 : 0),
    restartRequests: before.restartRequests + (requestRestart ? 1 : 0),
  }
}

function secrets(
  db: Database,
  tenant: TenantId,
): Pick<TenantStore, 'secrets' | 'putSecret' | 'removeSecret' | 'dataKey' | 'addDataKey'> {
  const readKey = (sql: Sql) => {
    const row = sql.get('select wrapped from data_keys where tenant_id = :tenant', { tenant })
    return row && text(row, 'wrapped')
  }
  return {
    secrets: (session) =>
      db.read((sql) =>
        sql
          .all('select * from secrets where tenant_id = :tenant and session_id is :session order by name', {
            tenant,
            session,
          })
          .map(rowToSecret),
      ),
    putSecret: (secret, audit) =>
      db.write((sql) => {
        throwIfNoTenant(sql, tenant)
        if (secret.session !== null) readSession(sql, tenant, secret.session)
        sql.run(
          `insert into secrets (tenant_id, session_id, name, sealed, last4, fingerprint, updated_at)
           values (:tenant_id, :session_id, :name, :sealed, :last4, :fingerprint, :updated_at)
           on conflict (tenant_id, coalesce(session_id, ''), name) do update
           set sealed = :sealed, last4 = :last4, fingerprint = :fingerprint, updated_at = :updated_at`,
          secretToRow(tenant, secret),
        )
        tell(sql, tenant, audit)
      }),
    removeSecret: (session, name, audit) =>
      db.write((sql) => {
        const removed = sql.run(
          'delete from secrets where tenant_id = :tenant and session_id is :session and name = :name',
          { tenant, session, name },
        )
        if (removed > 0) tell(sql, tenant, audit)
        return removed > 0
      }),
    dataKey: () => db.read(readKey),
    addDataKey: (wrapped) =>
      db.write((sql) => {
        throwIfNoTenant(sql, tenant)
        sql.run('insert into data_keys values (:tenant, :wrapped) on conflict do nothing', { tenant, wrapped })
        return readKey(sql) ?? wrapped
      }),
  }
}

function claims(db: Database, tenant: TenantId): Pick<TenantStore, 'claim'> {
  return {
    claim: (session, source, accounts) =>
      db.write((sql) => {
        readSession(sql, tenant, session)
        const taken = sql
          .all(
            `select distinct account from claims
             where account in (select value from json_each(:accounts)) and session_id <> :session order by account`,
            { accounts, session },
          )
          .map((row) => text(row, 'account'))
        if (taken.length > 0) return { taken }
        sql.run('delete from claims where tenant_id = :tenant and session_id = :session and source = :source', {
          tenant,
          session,
          source,
        })
        for (const account of new Set(accounts)) {
          sql.insert('claims', { account, source, tenant_id: tenant, session_id: session })
        }
        return { taken: [] }
      }),
  }
}

function history(db: Database, tenant: TenantId): Pick<TenantStore, 'events' | 'auditTrail'> {
  return {
    events: (query) =>
      db.read((sql) => {
        const rows = sql.all(eventsSql(query), eventsValues(tenant, query)).map(rowToEvent)
        return query.afterId === undefined ? rows : rows.reverse()
      }),
    auditTrail: (query) => readTrail(db, tenant, query),
  }
}

function eventsSql(query: EventQuery): string {
  const conditions = ['tenant_id = :tenant']
  if (query.session !== undefined) conditions.push('session_id = :session')
  if (query.type !== undefined) conditions.push('type = :type')
  if (query.since !== undefined) {
    // The second half only lets the index skip what came before: without it all of the history would be read.
    conditions.push('at >= :since', 'seq >= (select min(seq) from events where tenant_id = :tenant and at >= :since)')
  }
  if (query.afterId !== undefined) {
    conditions.push('seq > coalesce((select seq from events where id = :after and tenant_id = :tenant), 0)')
  }
  const direction = query.afterId === undefined ? 'desc' : 'asc'
  return `select * from events where ${conditions.join(' and ')} order by seq ${direction} limit :limit`
}

const eventsValues = (tenant: TenantId, query: EventQuery): WriteRow => ({
  tenant,
  session: query.session ?? null,
  type: query.type ?? null,
  since: query.since?.toISOString() ?? null,
  after: query.afterId ?? null,
  limit: query.limit,
})

function readSession(sql: Sql, tenant: TenantId, id: SessionId): StoredSession {
  const row = sql.get('select * from sessions where tenant_id = :tenant and id = :id', { tenant, id })
  if (!row) throw refusal('SESSION_UNKNOWN', id)
  return rowToSession(row)
}

function throwIfNoTenant(sql: Sql, tenant: TenantId): void {
  if (!sql.get('select 1 from tenants where id = :tenant', { tenant })) throw refusal('TENANT_UNKNOWN', tenant)
}

function throwIfNameTaken(sql: Sql, tenant: TenantId, name: string): void {
  const taken = sql.get('select 1 from sessions where tenant_id = :tenant and name = :name', { tenant, name })
  if (taken) throw refusal('SESSION_EXISTS', name)
}

function throwIfFull(sql: Sql, tenant: TenantId, limit: number | null): void {
  if (limit === null) return
  const full = sql.get(
    'select 1 from (select count(*) as count from sessions where tenant_id = :tenant) where count >= :limit',
    { tenant, limit },
  )
  if (full) throw refusal('PLAN_LIMIT', String(limit))
}
