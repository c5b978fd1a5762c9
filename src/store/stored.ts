// What the store holds, as its callers see it.
import type { HomeId, RunId, SessionId, TenantId } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import type { TenantStatus } from '../core/plans.js'
import type { StateName, WantedState } from '../core/states.js'
import type { AuditEntry } from './audit.js'
import type { OperatorSecret } from './operator-secrets.js'

export interface Tenant {
  id: TenantId
  slug: string
  name: string
  plan: string
  status: TenantStatus
  planExpiresAt: Date | null
  createdAt: Date
}

export type TenantChange = Partial<Omit<Tenant, 'id' | 'slug' | 'createdAt'>>

export interface StoredSession {
  id: SessionId
  tenantId: TenantId
  name: string
  displayName: string
  kind: string
  config: JsonObject
  configVersion: number
  wanted: WantedState
  /** Counts explicit starts: a higher number than the supervisor last saw clears `failed`. */
  startRequests: number
  /** Counts explicit restarts, the same way. */
  restartRequests: number
  home: HomeId
  createdAt: Date
}

export type NewSession = Pick<StoredSession, 'id' | 'name' | 'displayName' | 'kind' | 'config' | 'home' | 'createdAt'>

export interface SessionChange {
  displayName?: string
  config?: JsonObject
  wanted?: WantedState
  home?: HomeId
  /** Count up by one. */
  requestStart?: true
  requestRestart?: true
}

export interface WantedChange extends Pick<SessionChange, 'wanted' | 'requestStart' | 'requestRestart'> {
  session: SessionId
  audit: AuditEntry
}

/** How an account is known: by the session's config and secrets, or because the running session reported it. */
export type ClaimSource = 'declared' | 'seen'

export interface SealedSecret extends OperatorSecret {
  session: SessionId | null
}

export interface LeaseRow {
  session: SessionId
  run: RunId
  epoch: number
}

export interface HeldLease {
  heldBy: HomeId
  /** Of that home; null: it never said. */
  host: string | null
  /** When it runs (or ran) out, as an instant (epoch ms) on the caller's clock. */
  untilMs: number
}

export interface Heartbeat {
  session: SessionId
  tenantId: TenantId
  run: RunId | null
  state: StateName
  reason: string | null
  detail: JsonObject
  pid: number | null
  port: number | null
  host: string
  rssBytes: number | null
  cpuPercent: number | null
  restarts: number
  counters: JsonObject
  since: Date
  startedAt: Date | null
  stoppedAt: Date | null
  at: Date
}
