// What the operator's verbs work on. In the supervisor `live` is itself; with the fleet down it is null and states are
// what the last heartbeats said.
import { type Actor, actorName } from '../core/actors.js'
import { notAllowed, notFound } from '../core/errors.js'
import type { Finding } from '../core/findings.js'
import type { HomeId, SessionRef } from '../core/ids.js'
import { didYouMean, formatRef } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import type { Live } from '../core/live.js'
import { type Entitlements, entitlements, type Plan } from '../core/plans.js'
import type { Kinds } from '../kinds/load.js'
import type { HostStatus } from '../processes/host.js'
import type { AuditEntry, Snapshot, Store, StoredSession, Tenant, TenantStore } from '../store/store.js'
import type { Vault } from '../vault/vault.js'

export interface FleetParts {
  store: Store
  homeId: HomeId
  /** Opened at first use: a verb that needs no key asks for none. */
  vault(): Promise<Vault>
  kinds: Kinds
  live: Live | null
  /** What this home was last told: fresh after `live.wake()`, and there while the store is away. */
  snapshot(): Promise<Snapshot>
  settings: FleetSettings
  host(): HostStatus
  /** Every process of this home's sessions. */
  findMarked(): { pid: number; run: string; session: string }[]
  now(): Date
  runCheck: RunCheck
}

/** Runs the check of the kind in a process of its own, with its secrets. What it answers has none of them in it. */
export type RunCheck = (asked: {
  module: URL
  session: { id: string; tenant: string; name: string; ref: string }
  config: JsonObject
  secrets: Record<string, string>
  limits: JsonObject
  dataDir: string
  maxMemoryBytes: number
}) => Promise<Finding[]>

/** The parts as one actor may use them: an actor of a tenant has a store in which there is no other. */
export interface Acting extends FleetParts {
  actor: Actor
}

export interface FleetSettings {
  version: string
  home: string
  hostName: string
  defaultPlan: string
  /** What the world calls the gateway; null: nobody could. */
  publicUrl: string | null
  /** Whether the gateway may run. */
  gateway: 'auto' | 'on' | 'off'
  dirs: { logs: string; tokens: string; data: string }
}

export interface Found {
  tenant: Tenant
  session: StoredSession
  ref: SessionRef
  store: TenantStore
}

/** TENANT_UNKNOWN, with the nearest slug. */
export async function needTenant(parts: FleetParts, slug: string): Promise<Tenant> {
  const tenant = await parts.store.tenantBySlug(slug)
  if (tenant) return tenant
  const slugs = (await parts.store.tenants()).map((known) => known.slug)
  const hint = didYouMean(slug, slugs) || (slugs.length === 0 ? `frota tenant add ${slug}` : 'frota tenant ls')
  throw notFound('TENANT_UNKNOWN', `There is no customer "${slug}".`, hint)
}

/** SESSION_UNKNOWN, with the nearest name; NOT_THIS_HOME when another home has its login. */
export async function needSession(parts: FleetParts, ref: SessionRef): Promise<Found> {
  const found = await findSession(parts, ref)
  const { home } = found.session
  if (home === parts.homeId) return found
  const name = formatRef(ref)
  const hint = `its login lives there: run frota on that host, or take it here once it is stopped: frota move ${name}`
  throw notAllowed('NOT_THIS_HOME', `${name} belongs to another home (${home.slice(0, 8)}).`, hint)
}

/** In whatever home. SESSION_UNKNOWN, with the nearest name. */
export async function findSession(parts: FleetParts, ref: SessionRef): Promise<Found> {
  const tenant = await needTenant(parts, ref.tenant)
  const store = parts.store.tenant(tenant.id)
  const session = await store.session(ref.name)
  if (!session) {
    const names = (await store.sessions()).map((known) => known.name)
    const near = didYouMean(ref.name, names)
    throw notFound('SESSION_UNKNOWN', `${ref.tenant} has no session "${ref.name}".`, near || `frota ls ${ref.tenant}`)
  }
  return { tenant, session, ref, store }
}

export const entitlementsOf = async (parts: FleetParts, tenant: Tenant): Promise<Entitlements> =>
  entitlementsIn(await parts.store.plans(), tenant, parts.now())

/** @throws PLAN_UNKNOWN */
export function entitlementsIn(plans: Plan[], tenant: Tenant, now: Date): Entitlements {
  const plan = plans.find((known) => known.slug === tenant.plan)
  if (!plan)
    throw notFound(
      'PLAN_UNKNOWN',
      `${tenant.slug} has the plan "${tenant.plan}", which does not exist.`,
      'frota plan ls',
    )
  return entitlements(plan, tenant, now)
}

/** For the change that is being written: the store takes both in one transaction. @param subject `acme`, `acme/vendas` */
export const entryOf = ({ actor, now }: Acting, action: string, subject: string, data: JsonObject): AuditEntry => ({
  at: now(),
  actor: actorName(actor),
  action,
  subject,
  data,
})

/** Something wanted has changed: with a supervisor running it acts before this resolves. */
export const wake = async (parts: FleetParts) => parts.live?.wake()
