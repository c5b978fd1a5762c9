// A tenant as it lies in the store, for `frota db copy`.
import type { TenantId } from '../../core/ids.js'
import { channelToRow, rowToChannel } from '../channels.js'
import { text } from '../columns.js'
import { forgottenToRow, rowToForgotten } from '../forgotten.js'
import { refusal } from '../refusals.js'
import {
  auditToRow,
  claimToRow,
  rowToAudit,
  rowToClaim,
  rowToEpoch,
  rowToJournal,
  rowToSecret,
  rowToSession,
  rowToTenant,
  secretToRow,
  sessionToRow,
  tenantToRow,
} from '../rows.js'
import type { TenantCopy } from '../store.js'
import type { Database } from './database.js'

export function exportTenant(db: Database, id: TenantId): Promise<TenantCopy> {
  return db.read((sql) => {
    const tenant = sql.get('select * from tenants where id = :id', { id })
    if (!tenant) throw refusal('TENANT_UNKNOWN', id)
    const rowsOf = (table: string, order: string) =>
      sql.all(`select * from ${table} where tenant_id = :id order by ${order}`, { id })
    const [dataKey] = rowsOf('data_keys', 'tenant_id')
    return {
      tenant: rowToTenant(tenant),
      sessions: rowsOf('sessions', 'name').map(rowToSession),
      secrets: rowsOf('secrets', 'session_id, name').map(rowToSecret),
      dataKey: dataKey ? text(dataKey, 'wrapped') : null,
      channels: rowsOf('channels', 'name').map(rowToChannel),
      claims: rowsOf('claims', 'account, source').map(rowToClaim),
      epochs: sql
        .all(
          `select l.session_id, l.epoch from leases l join sessions s on s.id = l.session_id
           where s.tenant_id = :id order by l.session_id`,
          { id },
        )
        .map(rowToEpoch),
      // What a removed session left is not copied: its name is nobody's yet.
      journals: sql
        .all(
          `select j.* from journals j join sessions s on s.id = j.session_id
           where s.tenant_id = :id order by j.session_id`,
          { id },
        )
        .map(rowToJournal),
      forgotten: rowsOf('forgotten', 'session_id, mark').map(rowToForgotten),
      audit: rowsOf('audit', 'seq').map(rowToAudit),
    }
  })
}

export function importTenant(db: Database, copy: TenantCopy): Promise<void> {
  const { tenant } = copy
  return db.write((sql) => {
    const taken = sql.get('select 1 from tenants where id = :id or slug = :slug', { id: tenant.id, slug: tenant.slug })
    if (taken) throw refusal('TENANT_EXISTS', tenant.slug)
    sql.insert('tenants', tenantToRow(tenant))
    for (const session of copy.sessions) sql.insert('sessions', sessionToRow({ ...session, tenantId: tenant.id }))
    for (const secret of copy.secrets) sql.insert('secrets', secretToRow(tenant.id, secret))
    if (copy.dataKey !== null) sql.insert('data_keys', { tenant_id: tenant.id, wrapped: copy.dataKey })
    for (const channel of copy.channels) sql.insert('channels', channelToRow(tenant.id, channel))
    const others = 'select 1 from claims where account = :account and tenant_id <> :tenant'
    for (const claim of copy.claims) {
      if (sql.get(others, { account: claim.account, tenant: tenant.id })) throw refusal('ACCOUNT_TAKEN', tenant.slug)
      sql.insert('claims', claimToRow(tenant.id, claim))
    }
    for (const { session, epoch } of copy.epochs) {
      // Nobody holds it here; the next epoch is higher than any that was ever given out.
      sql.insert('leases', { session_id: session, home: null, run: null, epoch, expires_at: new Date(0).toISOString() })
    }
    for (const { session, id, row } of copy.journals) {
      sql.insert('journals', { session_id: session, tenant_id: tenant.id, journal: id, acked_row: row })
    }
    for (const one of copy.forgotten) sql.insert('forgotten', forgottenToRow(tenant.id, one))
    for (const entry of copy.audit) sql.insert('audit', auditToRow(tenant.id, entry))
  })
}
