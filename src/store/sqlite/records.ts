// How things stand, and whom to forget: what counts is where it stood in its session's life, not when it arrives.
import type { TenantId } from '../../core/ids.js'
import { forgetToRow, keepToRow, rowToRecord } from '../rows.js'
import type { Standing } from '../standing.js'
import type { TenantStore } from '../store.js'
import type { Database, Sql } from './database.js'

/** A batch that comes a second time, late, must not bring back what was forgotten meanwhile. */
export const NOT_LATE = `not exists (select 1 from journals j
  where j.session_id = :session_id and j.journal = :journal and j.acked_row >= :journal_row)`

/** Nor what an old run said before it, which arrives only now. */
export const NOT_FORGOTTEN = `not exists (select 1 from forgotten f
  where f.session_id = :session_id and f.mark = :mark and (f.epoch, f.journal_row) > (:epoch, :journal_row))`

const KEEP = `
insert into records (session_id, tenant_id, kind, collection, key, data, subject, epoch, journal_row, updated_at)
select id, tenant_id, kind, :collection, :key, :data, :subject, :epoch, :journal_row, :updated_at
from sessions where id = :session_id and tenant_id = :tenant_id and ${NOT_LATE} and ${NOT_FORGOTTEN}
on conflict (session_id, collection, key) do update set data = excluded.data, subject = excluded.subject,
  epoch = excluded.epoch, journal_row = excluded.journal_row, updated_at = excluded.updated_at
where (excluded.epoch, excluded.journal_row) > (records.epoch, records.journal_row)`

const REMEMBER = `
insert into forgotten (tenant_id, session_id, mark, epoch, journal_row)
select :tenant_id, :session_id, :mark, :epoch, :journal_row where exists (select 1 from tenants where id = :tenant_id)
on conflict (session_id, mark) do update set epoch = excluded.epoch, journal_row = excluded.journal_row
where forgotten.tenant_id = excluded.tenant_id
  and (excluded.epoch, excluded.journal_row) > (forgotten.epoch, forgotten.journal_row)`

const FORGET = ['events', 'records'].map(
  (table) => `
delete from ${table} where tenant_id = :tenant_id and session_id = :session_id and subject = :subject
  and (epoch, journal_row) < (:epoch, :journal_row)`,
)

export function applyStanding(sql: Sql, { keeps, forgets }: Standing): void {
  for (const keep of keeps) sql.run(KEEP, keepToRow(keep))
  for (const forget of forgets) {
    const { journal: _, ...place } = forgetToRow(forget)
    for (const statement of [REMEMBER, ...FORGET]) sql.run(statement, place)
  }
}

export function tenantRecords(db: Database, tenant: TenantId): Pick<TenantStore, 'records'> {
  return {
    records: ({ session, collection, after, withRemoved = false, limit }) =>
      db.read((sql) =>
        sql
          .all(
            `select * from records where tenant_id = :tenant and session_id = :session
               ${collection === undefined ? '' : 'and collection = :collection'}
               ${after === undefined ? '' : 'and (collection, key) > (:afterCollection, :afterKey)'}
               ${withRemoved ? '' : 'and data is not null'}
             order by collection, key limit :limit`,
            {
              tenant,
              session,
              limit,
              ...(collection !== undefined && { collection }),
              ...(after && { afterCollection: after.collection, afterKey: after.key }),
            },
          )
          .map(rowToRecord),
      ),
  }
}
