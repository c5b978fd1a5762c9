// Where a tenant wants to be told: its channels, as the store keeps them.
import type { TenantId } from '../core/ids.js'
import type { AuditEntry } from './audit.js'
import { date, json, type Row, text, type WriteRow } from './columns.js'

export interface StoredChannel {
  /** The tenant's own word for it: there may be several of one type. */
  name: string
  type: string
  /** What it gets; empty: everything. */
  topics: string[]
  /** Its settings, with the tenant's data key. */
  sealed: string
  updatedAt: Date
}

export interface TenantChannels {
  /** By name. */
  channels(): Promise<StoredChannel[]>
  /** The newest of a name replaces. */
  putChannel(channel: StoredChannel, audit?: AuditEntry): Promise<void>
  /** False when there was none: then nothing is told either. */
  removeChannel(name: string, audit?: AuditEntry): Promise<boolean>
}

export const channelToRow = (tenant: TenantId, channel: StoredChannel): WriteRow => ({
  tenant_id: tenant,
  name: channel.name,
  type: channel.type,
  topics: channel.topics,
  sealed: channel.sealed,
  updated_at: channel.updatedAt.toISOString(),
})

export const rowToChannel = (row: Row): StoredChannel => ({
  name: text(row, 'name'),
  type: text(row, 'type'),
  topics: json<string[]>(row, 'topics'),
  sealed: text(row, 'sealed'),
  updatedAt: date(row, 'updated_at'),
})

export const rowToTenantsChannel = (row: Row) => ({
  ...rowToChannel(row),
  tenantId: text(row, 'tenant_id') as TenantId,
})
