import type { SessionId, TenantId } from '../../core/ids.js'
import type { View } from '../../core/views.js'
import type { NewSession, Store, StoredSession, Tenant } from '../store.js'

export interface StoreUnderTest {
  store: Store
  /** A second client of the same database: another process, or another home. */
  another: Store
  /** As if the time of these leases had run out. */
  expireLeases(sessions: SessionId[]): Promise<void>
  /** As whoever migrates does. */
  makeViews(views: View[]): Promise<void>
  cleanup(): Promise<void>
}

/** What each part of the contract works with. */
export interface Suite extends Omit<StoreUnderTest, 'cleanup'> {
  newTenant(change?: Partial<Tenant>): Promise<Tenant>
  newSession(tenant: TenantId, change?: Partial<NewSession>): Promise<StoredSession>
}
