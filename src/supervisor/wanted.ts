// From what the store says to what each session of this home should be doing now. Pure.
import { createHash } from 'node:crypto'
import { formatRef, type SessionId, type SessionRef, type TenantId } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import { byAge } from '../core/order.js'
import { type Entitlements, entitlements, whyNoPlace } from '../core/plans.js'
import type { Versioned } from '../core/protocol.js'
import type { Asked } from '../kinds/kind.js'
import type { Snapshot, StoredSession } from '../store/store.js'

type Other = Asked['others'][number]

export interface Wanted {
  id: SessionId
  tenantId: TenantId
  ref: SessionRef
  kind: string
  should: Should
  config: JsonObject
  configVersion: number
  /** Changes with every change of a secret the session reads. */
  secretsVersion: string
  /** Null: the store knows of none. */
  journalId: string | null
  startRequests: number
  restartRequests: number
  /** How long its rotated logs are kept. */
  logDays: number
  /** What its plan allows all its records together. */
  maxRecordsBytes: number
  /** Host services, by name. */
  needs: readonly string[]
  /** What its plan allows of its kind. */
  kindLimits: Versioned<string>
  limits: Limits
}

export interface Limits {
  maxMemoryBytes: number
  readyWithinMs: number
  stopWithinMs: number
}

export type Should =
  | { do: 'run' }
  | { do: 'stop'; reason: string | null }
  | { do: 'wait'; reason: string }
  | { do: 'fail'; reason: string }

/** What a kind says of a session's config; `stale` when the newest was refused and the last good one is used. */
export type CheckedConfig =
  | { ok: true; config: JsonObject; version: number; limits: Limits; needs: string[]; problem: string | null }
  | { ok: false; reason: string }

export interface WantedRules {
  now: Date
  /** 0 = no limit. */
  maxSessions: number
  /** FROTA_ONLY: `acme/vendas` forms; null = everything. */
  only: ReadonlySet<string> | null
  /** Run these whatever is wanted (`frota run`). */
  force: ReadonlySet<string>
  check(session: StoredSession, entitled: Entitlements): CheckedConfig
  /** What the plan allows of the kind. */
  limitsOf(kind: string, entitled: Entitlements): Versioned<string>
  /** Why the plan does not allow the session beside these others of its kind; empty when it does. */
  refusals(session: StoredSession, config: JsonObject, others: Other[], entitled: Entitlements): string[]
  /** Whether a kind reads a secret of this name. */
  reads(kind: string, secret: string): boolean
}

export function wantedOf(snapshot: Snapshot, rules: WantedRules): Map<SessionId, Wanted> {
  const plans = new Map(snapshot.plans.map((plan) => [plan.slug, plan]))
  const tenants = new Map(snapshot.tenants.map((tenant) => [tenant.id, tenant]))
  const used: Used = { host: 0, byTenant: new Map(), byKind: new Map() }
  const result = new Map<SessionId, Wanted>()
  // Oldest first: when a limit is lowered, it is the newest that wait.
  for (const session of [...snapshot.sessions].sort(byAge)) {
    const tenant = tenants.get(session.tenantId)
    const plan = tenant && plans.get(tenant.plan)
    if (!tenant || !plan) continue
    const entitled = entitlements(plan, tenant, rules.now)
    const ref = { tenant: tenant.slug, name: session.name }
    const checked = rules.check(session, entitled)
    result.set(session.id, {
      id: session.id,
      tenantId: session.tenantId,
      ref,
      kind: session.kind,
      should: shouldOf(session, ref, entitled, checked, used, rules),
      config: checked.ok ? checked.config : {},
      configVersion: checked.ok ? checked.version : session.configVersion,
      secretsVersion: secretsVersion(snapshot, session, rules),
      journalId: snapshot.journals.get(session.id) ?? null,
      startRequests: session.startRequests,
      restartRequests: session.restartRequests,
      logDays: entitled.retentionDays,
      maxRecordsBytes: entitled.maxRecordsBytes,
      needs: checked.ok ? checked.needs : [],
      kindLimits: rules.limitsOf(session.kind, entitled),
      limits: checked.ok ? checked.limits : DEFAULT_LIMITS,
    })
  }
  return result
}

/** Who has a place already, oldest first. */
interface Used {
  host: number
  byTenant: Map<TenantId, number>
  byKind: Map<string, Other[]>
}

export const DEFAULT_LIMITS: Limits = { maxMemoryBytes: 512 * 1024 * 1024, readyWithinMs: 60_000, stopWithinMs: 8_000 }

function shouldOf(
  session: StoredSession,
  ref: SessionRef,
  entitled: Entitlements,
  checked: CheckedConfig,
  used: Used,
  rules: WantedRules,
): Should {
  if (session.wanted === 'stopped' && !rules.force.has(formatRef(ref))) return { do: 'stop', reason: null }
  if (rules.only && !rules.only.has(formatRef(ref))) return { do: 'stop', reason: 'not named in FROTA_ONLY' }
  const ofTenant = used.byTenant.get(session.tenantId) ?? 0
  const noPlace = whyNoPlace(entitled, ofTenant)
  if (noPlace !== null) return { do: 'wait', reason: noPlace }
  if (!checked.ok) return { do: 'fail', reason: checked.reason }
  if (rules.maxSessions > 0 && used.host >= rules.maxSessions) {
    return { do: 'wait', reason: `this host runs at most ${rules.maxSessions} sessions (MAX_SESSIONS)` }
  }
  const ofKind = `${session.tenantId} ${session.kind}`
  const others = used.byKind.get(ofKind) ?? []
  const refusals = rules.refusals(session, checked.config, others, entitled)
  if (refusals.length > 0) return { do: 'wait', reason: refusals.join('; ') }
  used.byKind.set(ofKind, [...others, { name: session.name, config: checked.config }])
  used.byTenant.set(session.tenantId, ofTenant + 1)
  used.host += 1
  return { do: 'run' }
}

function secretsVersion(snapshot: Snapshot, session: StoredSession, { reads }: WantedRules): string {
  const read = snapshot.secrets
    .filter((s) => s.session === session.id || (s.session === null && s.tenantId === session.tenantId))
    .filter((s) => reads(session.kind, s.name))
    .map((s) => `${s.name}@${s.updatedAt.getTime()}`)
    .sort()
  if (read.length === 0) return ''
  // Short: it travels with every beat, and some sessions read a hundred.
  return createHash('sha256').update(read.join()).digest('hex').slice(0, 16)
}
