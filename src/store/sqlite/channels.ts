import type { TenantId } from '../../core/ids.js'
import { channelToRow, rowToChannel, type TenantChannels } from '../channels.js'
import { refusal } from '../refusals.js'
import { tell } from './audit.js'
import type { Database } from './database.js'

export function tenantChannels(db: Database, tenant: TenantId): TenantChannels {
  return {
    channels: () =>
      db.read((sql) =>
        sql.all('select * from channels where tenant_id = :tenant order by name', { tenant }).map(rowToChannel),
      ),
    putChannel: (channel, audit) =>
      db.write((sql) => {
        if (!sql.get('select 1 from tenants where id = :tenant', { tenant })) throw refusal('TENANT_UNKNOWN', tenant)
        sql.run(
          `insert into channels (tenant_id, name, type, topics, sealed, updated_at)
           values (:tenant_id, :name, :type, :topics, :sealed, :updated_at)
           on conflict (tenant_id, name) do update
           set type = :type, topics = :topics, sealed = :sealed, updated_at = :updated_at`,
          channelToRow(tenant, channel),
        )
        tell(sql, tenant, audit)
      }),
    removeChannel: (name, audit) =>
      db.write((sql) => {
        const removed = sql.run('delete from channels where tenant_id = :tenant and name = :name', { tenant, name })
        if (removed > 0) tell(sql, tenant, audit)
        return removed > 0
      }),
  }
}
