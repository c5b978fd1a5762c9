// `frota ls`: one row a session of this home, from the supervisor when it runs, else from the last heartbeats.
import { usage } from '../core/errors.js'
import { didYouMean, formatRef } from '../core/ids.js'
import type { LiveSession } from '../core/live.js'
import { bySession } from '../core/order.js'
import { type LsRow, STATES } from '../core/states.js'
import type { Heartbeat, StoredSession, Tenant } from '../store/store.js'
import { type FleetParts, needTenant } from './parts.js'

export interface RowFilter {
  tenant?: string | undefined
  kind?: string | undefined
  state?: string | undefined
}

export async function listRows(parts: FleetParts, filter: RowFilter): Promise<LsRow[]> {
  if (filter.tenant !== undefined) await needTenant(parts, filter.tenant)
  if (filter.kind !== undefined) parts.kinds.need(filter.kind)
  if (filter.state !== undefined && !STATES.some((state) => state === filter.state)) {
    throw usage('BAD_STATE', `"${filter.state}" is not a state.`, didYouMean(filter.state, STATES) || STATES.join(', '))
  }
  const snapshot = await parts.snapshot()
  const tenants = new Map(snapshot.tenants.map((tenant) => [tenant.id, tenant]))
  const live = parts.live?.sessions()
  const last = live
    ? null
    : new Map((await parts.store.home(parts.homeId).heartbeats()).map((row) => [row.session, row]))
  const rows = snapshot.sessions.flatMap((session) => {
    const tenant = tenants.get(session.tenantId)
    if (!tenant || (filter.tenant !== undefined && tenant.slug !== filter.tenant)) return []
    if (filter.kind !== undefined && session.kind !== filter.kind) return []
    const seen = live ? fromLive(live.get(session.id), parts) : fromHeartbeat(last?.get(session.id))
    return [rowOf(session, tenant, seen)]
  })
  return rows.filter((row) => filter.state === undefined || row.state === filter.state).sort(bySession)
}

type Seen = Omit<LsRow, 'session' | 'tenant' | 'name' | 'kind' | 'wanted' | 'outdated'> & {
  configVersion: number | null
}

function rowOf(session: StoredSession, tenant: Tenant, { configVersion, ...seen }: Seen): LsRow {
  return {
    session: formatRef({ tenant: tenant.slug, name: session.name }),
    tenant: tenant.slug,
    name: session.name,
    kind: session.kind,
    wanted: session.wanted,
    state: seen.state,
    reason: seen.reason,
    since: seen.since,
    pid: seen.pid,
    port: seen.port,
    host: seen.host,
    rssBytes: seen.rssBytes,
    cpuPercent: seen.cpuPercent,
    restarts: seen.restarts,
    lastBeatAt: seen.lastBeatAt,
    outdated: seen.oldProgram || (configVersion !== null && configVersion < session.configVersion),
    oldProgram: seen.oldProgram,
    detail: seen.detail,
  }
}

export const UNSEEN: Seen = {
  state: 'stopped',
  reason: null,
  since: null,
  pid: null,
  port: null,
  host: null,
  rssBytes: null,
  cpuPercent: null,
  restarts: 0,
  lastBeatAt: null,
  configVersion: null,
  oldProgram: false,
  detail: {},
}

export function fromLive(live: LiveSession | undefined, parts: FleetParts): Seen {
  if (!live) return UNSEEN
  const { since, lastBeatAt, retryAt, ...rest } = live
  return {
    ...rest,
    host: parts.settings.hostName,
    since: since.toISOString(),
    lastBeatAt: lastBeatAt?.toISOString() ?? null,
    detail: retryAt ? { ...live.detail, retryAt: retryAt.toISOString() } : live.detail,
  }
}

function fromHeartbeat(row: Heartbeat | undefined): Seen {
  if (!row) return UNSEEN
  return {
    state: row.state,
    reason: row.reason,
    since: row.since.toISOString(),
    pid: row.pid,
    port: row.port,
    host: row.host,
    rssBytes: row.rssBytes,
    cpuPercent: row.cpuPercent,
    restarts: row.restarts,
    lastBeatAt: row.at.toISOString(),
    configVersion: null,
    oldProgram: false,
    detail: row.detail,
  }
}
