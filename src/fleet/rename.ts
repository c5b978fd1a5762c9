// Display names: what people call a customer or a session. The short names in every address stay.
import { formatRef, parseDisplayName, parseRef, parseSlug } from '../core/ids.js'
import { type Acting, entryOf, needSession, needTenant } from './parts.js'

export interface Renamed {
  /** `acme` or `acme/vendas`. */
  renamed: string
  from: string
  name: string
}

export function renameVerbs(parts: Acting) {
  return { tenant, session }

  async function tenant(input: { slug: string; name: string }): Promise<Renamed> {
    const found = await needTenant(parts, parseSlug(input.slug, 'tenant'))
    const name = parseDisplayName(input.name)
    const audit = entryOf(parts, 'tenant.rename', found.slug, { from: found.name, to: name })
    await parts.store.changeTenant(found.id, { name }, audit)
    return { renamed: found.slug, from: found.name, name }
  }

  async function session(input: { ref: string; name: string }): Promise<Renamed> {
    const { session: found, store, ref } = await needSession(parts, parseRef(input.ref))
    const name = parseDisplayName(input.name)
    const audit = entryOf(parts, 'session.rename', formatRef(ref), { from: found.displayName, to: name })
    await store.changeSession(found.id, { displayName: name }, { audit })
    return { renamed: formatRef(ref), from: found.displayName, name }
  }
}
