// What `rm --keep-data` leaves in the store: the id under which the next session of that name and kind finds its records
// and its journal again.
import type { SessionId, TenantId } from '../../core/ids.js'
import { number, text } from '../columns.js'
import type { NewSession } from '../store.js'
import type { Sql } from './database.js'

export const KEEP_DATA = `
insert or replace into kept_sessions (tenant_id, name, kind, id, epoch)
select tenant_id, name, kind, id, coalesce((select epoch from leases where session_id = :id), 0)
from sessions where tenant_id = :tenant and id = :id`

export interface KeptSession {
  id: SessionId
  epoch: number
}

export function keptIn(sql: Sql, tenant: TenantId, { name, kind }: NewSession): KeptSession | undefined {
  const row = sql.get(
    'select id, epoch from kept_sessions where tenant_id = :tenant and name = :name and kind = :kind',
    {
      tenant,
      name,
      kind,
    },
  )
  return row && { id: text(row, 'id') as SessionId, epoch: number(row, 'epoch') }
}

/** Nobody holds its lease; the next epoch is higher than any that was given out before. */
export function takeUp(sql: Sql, { id, epoch }: KeptSession): void {
  sql.run('delete from kept_sessions where id = :id', { id })
  sql.insert('leases', { session_id: id, home: null, run: null, epoch, expires_at: new Date(0).toISOString() })
}
