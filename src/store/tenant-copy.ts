import type { SessionId } from '../core/ids.js'
import type { JournalMark } from '../core/journals.js'
import type { AuditEntry } from './audit.js'
import type { StoredChannel } from './channels.js'
import type { Forgotten } from './forgotten.js'
import type { ClaimSource, SealedSecret, StoredSession, Tenant } from './stored.js'

/** Everything about a tenant but its history, records and heartbeats. */
export interface TenantCopy {
  tenant: Tenant
  sessions: StoredSession[]
  secrets: SealedSecret[]
  dataKey: string | null
  channels: StoredChannel[]
  claims: { session: SessionId; source: ClaimSource; account: string }[]
  /** The last epoch of every session ever leased: epochs must go on rising in the new place. */
  epochs: { session: SessionId; epoch: number }[]
  journals: (JournalMark & { session: SessionId })[]
  forgotten: Forgotten[]
  /** Oldest first. */
  audit: AuditEntry[]
}
