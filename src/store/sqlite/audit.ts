// Who changed what. An entry is written in the transaction of the change that it tells of.
import type { TenantId } from '../../core/ids.js'
import { number } from '../columns.js'
import { auditToRow, rowToAudit } from '../rows.js'
import type { AuditEntry, AuditQuery, AuditTrail } from '../store.js'
import type { Database, Sql } from './database.js'

/** @param tenant null: the change is of no tenant's */
export function tell(sql: Sql, tenant: TenantId | null, entry: AuditEntry | undefined): void {
  if (entry) sql.insert('audit', auditToRow(tenant, entry))
}

/** @param tenant null: of everybody */
export function readTrail(db: Database, tenant: TenantId | null, query: AuditQuery): Promise<AuditTrail> {
  const conditions = ['seq > :after']
  if (tenant !== null) conditions.push('tenant_id = :tenant')
  if (query.since !== undefined) conditions.push('at >= :since')
  const order = query.after === undefined ? 'desc' : 'asc'
  const after = Number(query.after ?? 0)
  const values = { tenant, after, since: query.since?.toISOString() ?? null, limit: query.limit }
  return db.read((sql) => {
    const rows = sql.all(
      `select * from audit where ${conditions.join(' and ')} order by seq ${order} limit :limit`,
      values,
    )
    if (order === 'desc') rows.reverse()
    const last = rows.at(-1)
    return { entries: rows.map(rowToAudit), next: String(last ? number(last, 'seq') : after) }
  })
}
