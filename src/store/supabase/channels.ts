import type { TenantId } from '../../core/ids.js'
import { channelToRow, rowToChannel, type TenantChannels } from '../channels.js'
import { entryOrNull } from './audit.js'
import type { Calls } from './call.js'

export function tenantChannels({ call, rows }: Calls, tenant: TenantId): TenantChannels {
  return {
    channels: async () => (await rows('frota_channels', { p_tenant: tenant })).map(rowToChannel),
    putChannel: async (channel, audit) =>
      void (await call('frota_put_channel', {
        p_channel: channelToRow(tenant, channel),
        p_audit: entryOrNull(tenant, audit),
      })),
    removeChannel: async (name, audit) =>
      (await call('frota_remove_channel', { p_tenant: tenant, p_name: name, p_audit: entryOrNull(tenant, audit) })) ===
      true,
  }
}
