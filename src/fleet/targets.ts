// REF...|--all|TENANT/ → the sessions meant, each once, in the order of `ls`. All is read in one go, however many there are.
import { notFound, usage } from '../core/errors.js'
import { formatRef, parseRef, parseSlug } from '../core/ids.js'
import { bySession, naturally } from '../core/order.js'
import type { Plan } from '../core/plans.js'
import type { Snapshot, Tenant, TenantStore } from '../store/store.js'
import { type FleetParts, type Found, needSession, needTenant } from './parts.js'

export interface Targets {
  refs: string[]
  all?: boolean | undefined
}

export interface FoundTargets {
  found: Found[]
  plans: Plan[]
}

/** @throws NOTHING_NAMED, TENANT_UNKNOWN, SESSION_UNKNOWN: before anything is done to any of them */
export async function findTargets(parts: FleetParts, { refs, all }: Targets): Promise<FoundTargets> {
  if (all && refs.length > 0) throw usage('ALL_AND_NAMES', 'Either --all or names, not both.')
  if (!all && refs.length === 0)
    throw usage('NOTHING_NAMED', 'No session was named.', 'TENANT/NAME, TENANT/ for all of a customer, or --all')
  const snapshot = await parts.store.home(parts.homeId).snapshot()
  const tenants = foundByTenant(parts, snapshot)
  const meant = new Map<string, Found>()
  const add = (found: Found) => meant.set(formatRef(found.ref), found)
  if (all) for (const slug of [...tenants.keys()].sort(naturally)) tenants.get(slug)?.forEach(add)
  for (const text of refs) {
    if (text.endsWith('/')) (await allOf(parts, tenants, parseSlug(text.slice(0, -1), 'tenant'))).forEach(add)
    else if (tenants.has(text))
      throw usage('BAD_REF', `"${text}" is a customer, not a session.`, `${text}/ means all of its sessions`)
    else add(await one(parts, tenants, text))
  }
  return { found: [...meant.values()], plans: snapshot.plans }
}

type ByTenant = Map<string, Found[]>

async function allOf(parts: FleetParts, tenants: ByTenant, slug: string): Promise<Found[]> {
  if (!tenants.has(slug)) await needTenant(parts, slug) // says what is near
  const own = tenants.get(slug) ?? []
  if (own.length > 0) return own
  throw notFound('NO_SESSIONS', `${slug} has no sessions here.`, `frota add ${slug}/NAME --kind KIND`)
}

async function one(parts: FleetParts, tenants: ByTenant, text: string): Promise<Found> {
  const ref = parseRef(text)
  const found = tenants.get(ref.tenant)?.find(({ session }) => session.name === ref.name)
  return found ?? needSession(parts, ref) // says what is near, or whose it is
}

function foundByTenant(parts: FleetParts, snapshot: Snapshot): ByTenant {
  const ofTenant = Map.groupBy(snapshot.sessions, ({ tenantId }) => tenantId)
  return new Map(
    snapshot.tenants.map((tenant) => {
      // Copies: whoever goes through them one by one notes in them what it has decided for those before.
      const sessions = (ofTenant.get(tenant.id) ?? []).map((session) => ({ ...session }))
      const store = asRead(parts.store.tenant(tenant.id), tenant, { ...snapshot, sessions })
      const found = sessions.map((session) => ({ tenant, session, store, ref: refOf(tenant, session) }))
      return [tenant.slug, found.sort((a, b) => bySession(a.ref, b.ref))]
    }),
  )
}

const refOf = (tenant: Tenant, { name }: { name: string }) => ({ tenant: tenant.slug, name })

/** What was read already is not asked for again. */
function asRead(store: TenantStore, tenant: Tenant, { sessions, secrets }: Snapshot): TenantStore {
  const own = secrets.filter(({ tenantId }) => tenantId === tenant.id)
  return {
    ...store,
    sessions: async () => sessions,
    secrets: async (session) => own.filter((secret) => secret.session === session),
  }
}
