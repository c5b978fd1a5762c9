// Display names: what people call a customer or a session. The short names in every address stay.
import { formatRef, parseDisplayName, parseRef, parseSlug } from '../core/ids.js'
import { type FleetParts, needSession, needTenant } from './parts.js'

export interface Renamed {
  /** `acme` or `acme/vendas`. */
  renamed: string
  from: string
  name: string
}

export function renameVerbs(parts: FleetParts) {
  return { tenant, session }

  async function tenant(input: { slug: string; name: string }): Promise<Renamed> {
    const found = await needTenant(parts, parseSlug(input.slug, 'tenant'))
    const name = parseDisplayName(input.name)
    await parts.store.changeTenant(found.id, { name })
    await audit(found.id, 'tenant.rename', found.slug, found.name, name)
    return { renamed: found.slug, from: found.name, name }
  }

  async function session(input: { ref: string; name: string }): Promise<Renamed> {
    const { session: found, store, tenant, ref } = await needSession(parts, parseRef(input.ref))
    const name = parseDisplayName(input.name)
    await store.changeSession(found.id, { displayName: name })
    await audit(tenant.id, 'session.rename', formatRef(ref), found.displayName, name)
    return { renamed: formatRef(ref), from: found.displayName, name }
  }

  function audit(
    id: Parameters<typeof parts.store.tenant>[0],
    action: string,
    subject: string,
    from: string,
    to: string,
  ) {
    return parts.store.tenant(id).audit({ at: parts.now(), actor: 'operator', action, subject, data: { from, to } })
  }
}
