// Rows as both databases name them, and what they mean. Values are neutral JSON: times are ISO text; SQLite keeps
// objects as JSON text and booleans as 0 and 1, Postgres as jsonb and boolean; reading takes either.
import type { HomeId, RunId, SessionId, TenantId } from '../core/ids.js'
import type { JournalMark } from '../core/journals.js'
import type { JsonObject } from '../core/json.js'
import type { KindLimits, Plan, TenantStatus } from '../core/plans.js'
import type { StateName, WantedState } from '../core/states.js'
import {
  date,
  dateOrNull,
  flag,
  isoOrNull,
  json,
  limit,
  number,
  type Row,
  text,
  textOrNull,
  type WriteRow,
} from './columns.js'
import type { StoredEvent } from './events.js'
import { operatorSecretToRow, rowToOperatorSecret } from './operator-secrets.js'
import type { Place, StoredForget, StoredKeep, StoredRecord } from './standing.js'
import type {
  AuditEntry,
  ClaimSource,
  Heartbeat,
  LeaseRow,
  SealedSecret,
  StoredSession,
  Tenant,
  TenantCopy,
} from './store.js'

export const planToRow = (plan: Plan): WriteRow => ({
  slug: plan.slug,
  sessions: plan.sessions,
  kinds: plan.kinds,
  max_memory_bytes: plan.maxMemoryBytes,
  max_records_bytes: plan.maxRecordsBytes,
  retention_days: plan.retentionDays,
  tenant_notifications: plan.tenantNotifications,
  api_access: plan.apiAccess,
  price_month_usd: plan.priceMonthUsd,
  price_year_usd: plan.priceYearUsd,
  features: plan.features,
  withdrawn: plan.withdrawn,
  limits: plan.limits,
})

export const rowToPlan = (row: Row): Plan => ({
  slug: text(row, 'slug'),
  sessions: limit(row, 'sessions'),
  kinds: row.kinds === null ? null : json<string[]>(row, 'kinds'),
  maxMemoryBytes: number(row, 'max_memory_bytes'),
  maxRecordsBytes: number(row, 'max_records_bytes'),
  retentionDays: number(row, 'retention_days'),
  tenantNotifications: flag(row, 'tenant_notifications'),
  apiAccess: flag(row, 'api_access'),
  priceMonthUsd: textOrNull(row, 'price_month_usd'),
  priceYearUsd: textOrNull(row, 'price_year_usd'),
  features: json<string[]>(row, 'features'),
  withdrawn: flag(row, 'withdrawn'),
  limits: json<KindLimits>(row, 'limits'),
})

export const tenantToRow = (tenant: Tenant): WriteRow => ({
  id: tenant.id,
  slug: tenant.slug,
  name: tenant.name,
  plan: tenant.plan,
  status: tenant.status,
  plan_expires_at: isoOrNull(tenant.planExpiresAt),
  created_at: tenant.createdAt.toISOString(),
})

export const rowToTenant = (row: Row): Tenant => ({
  id: text(row, 'id') as TenantId,
  slug: text(row, 'slug'),
  name: text(row, 'name'),
  plan: text(row, 'plan'),
  status: text(row, 'status') as TenantStatus,
  planExpiresAt: dateOrNull(row, 'plan_expires_at'),
  createdAt: date(row, 'created_at'),
})

export const sessionToRow = (session: StoredSession): WriteRow => ({
  id: session.id,
  tenant_id: session.tenantId,
  name: session.name,
  display_name: session.displayName,
  kind: session.kind,
  config: session.config,
  config_version: session.configVersion,
  wanted: session.wanted,
  start_requests: session.startRequests,
  restart_requests: session.restartRequests,
  home: session.home,
  created_at: session.createdAt.toISOString(),
})

export const rowToSession = (row: Row): StoredSession => ({
  id: text(row, 'id') as SessionId,
  tenantId: text(row, 'tenant_id') as TenantId,
  name: text(row, 'name'),
  displayName: text(row, 'display_name'),
  kind: text(row, 'kind'),
  config: json<JsonObject>(row, 'config'),
  configVersion: number(row, 'config_version'),
  wanted: text(row, 'wanted') as WantedState,
  startRequests: number(row, 'start_requests'),
  restartRequests: number(row, 'restart_requests'),
  home: text(row, 'home') as HomeId,
  createdAt: date(row, 'created_at'),
})

export const secretToRow = (tenant: TenantId, secret: SealedSecret): WriteRow => ({
  tenant_id: tenant,
  session_id: secret.session,
  ...operatorSecretToRow(secret),
})

export const rowToSecret = (row: Row): SealedSecret => ({
  session: textOrNull(row, 'session_id') as SessionId | null,
  ...rowToOperatorSecret(row),
})

export const beatToRow = (beat: Heartbeat): WriteRow => ({
  session_id: beat.session,
  tenant_id: beat.tenantId,
  run: beat.run,
  state: beat.state,
  reason: beat.reason,
  detail: beat.detail,
  pid: beat.pid,
  port: beat.port,
  host: beat.host,
  rss_bytes: beat.rssBytes,
  cpu_percent: beat.cpuPercent,
  restarts: beat.restarts,
  counters: beat.counters,
  since: beat.since.toISOString(),
  started_at: isoOrNull(beat.startedAt),
  stopped_at: isoOrNull(beat.stoppedAt),
  at: beat.at.toISOString(),
})

export const rowToBeat = (row: Row): Heartbeat => ({
  session: text(row, 'session_id') as SessionId,
  tenantId: text(row, 'tenant_id') as TenantId,
  run: textOrNull(row, 'run') as RunId | null,
  state: text(row, 'state') as StateName,
  reason: textOrNull(row, 'reason'),
  detail: json<JsonObject>(row, 'detail'),
  pid: limit(row, 'pid'),
  port: limit(row, 'port'),
  host: text(row, 'host'),
  rssBytes: limit(row, 'rss_bytes'),
  cpuPercent: limit(row, 'cpu_percent'),
  restarts: number(row, 'restarts'),
  counters: json<JsonObject>(row, 'counters'),
  since: date(row, 'since'),
  startedAt: dateOrNull(row, 'started_at'),
  stoppedAt: dateOrNull(row, 'stopped_at'),
  at: date(row, 'at'),
})

export const eventToRow = (event: StoredEvent): WriteRow => ({
  id: event.id,
  tenant_id: event.tenantId,
  session_id: event.session,
  at: event.at.toISOString(),
  type: event.type,
  data: event.data,
  subject: event.about?.subject ?? null,
  ...(event.about ? placeToRow(event.about) : { journal: null, epoch: null, journal_row: null }),
})

export const rowToEvent = (row: Row): StoredEvent => ({
  id: text(row, 'id'),
  tenantId: text(row, 'tenant_id') as TenantId,
  session: textOrNull(row, 'session_id') as SessionId | null,
  at: date(row, 'at'),
  type: text(row, 'type'),
  data: json<JsonObject>(row, 'data'),
  ...(row.subject !== null && {
    about: {
      subject: text(row, 'subject'),
      journal: null,
      epoch: number(row, 'epoch'),
      row: number(row, 'journal_row'),
    },
  }),
})

const placeToRow = ({ journal, epoch, row }: Place): WriteRow => ({ journal, epoch, journal_row: row })

export const keepToRow = (keep: StoredKeep): WriteRow => ({
  tenant_id: keep.tenantId,
  session_id: keep.session,
  collection: keep.collection,
  key: keep.key,
  data: keep.data,
  subject: keep.subject,
  updated_at: keep.at.toISOString(),
  ...placeToRow(keep),
})

export const forgetToRow = (forget: StoredForget): WriteRow => ({
  tenant_id: forget.tenantId,
  session_id: forget.session,
  subject: forget.subject,
  ...placeToRow(forget),
})

export const rowToRecord = (row: Row): StoredRecord => ({
  collection: text(row, 'collection'),
  key: text(row, 'key'),
  data: row.data === null ? null : json<JsonObject>(row, 'data'),
  subject: textOrNull(row, 'subject'),
  updatedAt: date(row, 'updated_at'),
  epoch: number(row, 'epoch'),
  row: number(row, 'journal_row'),
})

/** @param tenant null: of no tenant's */
export const auditToRow = (tenant: TenantId | null, entry: AuditEntry): WriteRow => ({
  tenant_id: tenant,
  at: entry.at.toISOString(),
  actor: entry.actor,
  action: entry.action,
  subject: entry.subject,
  data: entry.data,
})

export const rowToAudit = (row: Row): AuditEntry => ({
  at: date(row, 'at'),
  actor: text(row, 'actor'),
  action: text(row, 'action'),
  subject: text(row, 'subject'),
  data: json<JsonObject>(row, 'data'),
})

export const rowToLease = (row: Row): LeaseRow => ({
  session: text(row, 'session_id') as SessionId,
  run: text(row, 'run') as RunId,
  epoch: number(row, 'epoch'),
})

export const rowToEpoch = (row: Row) => ({
  session: text(row, 'session_id') as SessionId,
  epoch: number(row, 'epoch'),
})

export const rowToMark = (row: Row): JournalMark => ({ id: text(row, 'journal'), row: number(row, 'acked_row') })

export const rowToJournal = (row: Row) => ({ session: text(row, 'session_id') as SessionId, ...rowToMark(row) })

type Claim = TenantCopy['claims'][number]

export const rowToClaim = (row: Row): Claim => ({
  session: text(row, 'session_id') as SessionId,
  source: text(row, 'source') as ClaimSource,
  account: text(row, 'account'),
})

export const claimToRow = (tenant: TenantId, { session, source, account }: Claim): WriteRow => ({
  account,
  source,
  tenant_id: tenant,
  session_id: session,
})
