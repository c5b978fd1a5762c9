// REF...|--all|TENANT/ → the sessions meant, each once, in the order of `ls`.
import { notFound, usage } from '../core/errors.js'
import { formatRef, parseRef, parseSlug, type SessionRef } from '../core/ids.js'
import { bySession, naturally } from '../core/order.js'
import { type FleetParts, needSession, needTenant } from './parts.js'

export interface Targets {
  refs: string[]
  all?: boolean | undefined
}

/** @throws NOTHING_NAMED, TENANT_UNKNOWN, SESSION_UNKNOWN: before anything is done to any of them */
export async function resolveTargets(parts: FleetParts, { refs, all }: Targets): Promise<SessionRef[]> {
  if (all && refs.length > 0) throw usage('ALL_AND_NAMES', 'Either --all or names, not both.')
  if (!all && refs.length === 0)
    throw usage('NOTHING_NAMED', 'No session was named.', 'TENANT/NAME, TENANT/ for all of a tenant, or --all')
  const found = new Map<string, SessionRef>()
  const add = (ref: SessionRef) => found.set(formatRef(ref), ref)
  const tenants = all ? (await parts.store.tenants()).map(({ slug }) => slug).sort(naturally) : []
  for (const slug of tenants) (await ofTenant(parts, slug)).forEach(add)
  for (const text of refs) {
    if (text.endsWith('/')) {
      const slug = parseSlug(text.slice(0, -1), 'tenant')
      await needTenant(parts, slug)
      const sessions = await ofTenant(parts, slug)
      if (sessions.length === 0)
        throw notFound('NO_SESSIONS', `${slug} has no sessions here.`, `frota add ${slug}/NAME --kind KIND`)
      sessions.forEach(add)
    } else if (!text.includes('/') && (await parts.store.tenantBySlug(text))) {
      throw usage('BAD_REF', `"${text}" is a customer, not a session.`, `${text}/ means all of its sessions`)
    } else {
      add((await needSession(parts, parseRef(text))).ref)
    }
  }
  return [...found.values()]
}

async function ofTenant(parts: FleetParts, slug: string): Promise<SessionRef[]> {
  const tenant = await parts.store.tenantBySlug(slug)
  const sessions = tenant ? await parts.store.tenant(tenant.id).sessions() : []
  return sessions
    .filter((session) => session.home === parts.homeId)
    .map((session) => ({ tenant: slug, name: session.name }))
    .sort(bySession)
}
