// Who changed what. An entry travels in the request of the change that it tells of.
import type { TenantId } from '../../core/ids.js'
import type { Json } from '../../core/json.js'
import { text } from '../columns.js'
import { auditToRow, rowToAudit } from '../rows.js'
import type { AuditEntry, AuditQuery, AuditTrail } from '../store.js'
import { asRow, asRows, type Calls } from './call.js'

/** @param tenant null: the change is of no tenant's */
export const entryOrNull = (tenant: TenantId | null, entry: AuditEntry | undefined): Json =>
  entry ? auditToRow(tenant, entry) : null

/** @param tenant null: of everybody */
export async function readTrail({ call }: Calls, tenant: TenantId | null, query: AuditQuery): Promise<AuditTrail> {
  const answer = asRow(
    await call('frota_audit_trail', {
      p_tenant: tenant,
      p_since: query.since?.toISOString() ?? null,
      p_after: query.after ?? null,
      p_limit: query.limit,
    }),
  )
  return { entries: asRows((answer as Record<string, Json>).entries).map(rowToAudit), next: text(answer, 'next') }
}
