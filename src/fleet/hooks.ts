// The public addresses of what may be called from outside. Whoever knows one may call it: they are the owner's to hand
// out. They need neither the session nor the fleet to be up, and are the same in every home of one master key.
import { UserError } from '../core/errors.js'
import { hostServiceIn, parseRef } from '../core/ids.js'
import { opaqueNames } from '../vault/opaque.js'
import { type Acting, needSession } from './parts.js'
import { needService } from './services.js'

export interface HookView {
  name: string
  url: string
}

/** @param ref `acme/shop`, `_host/NAME` @throws NO_PUBLIC_URL when nobody outside could follow any */
export async function listHooks(parts: Acting, { ref }: { ref: string }): Promise<HookView[]> {
  const { id, names } = await hooksOf(parts, ref)
  if (names.length === 0) return []
  const { publicUrl } = parts.settings
  if (publicUrl === null) {
    const message = 'What the world calls this host is not known: FROTA_PUBLIC_URL is not set.'
    throw new UserError('NO_PUBLIC_URL', message, 'set it to that of your reverse proxy: https://bots.example.com')
  }
  const opaque = opaqueNames(await parts.vault())(id)
  return names.map((name) => ({ name, url: `${publicUrl}/hooks/${opaque}/${name}` }))
}

async function hooksOf(parts: Acting, ref: string): Promise<{ id: string; names: string[] }> {
  const service = hostServiceIn(ref)
  if (service !== null) return { id: ref, names: namesOf(needService(parts, service).spec) }
  const { session } = await needSession(parts, parseRef(ref))
  return { id: session.id, names: namesOf(parts.kinds.need(session.kind)) }
}

const namesOf = ({ hooks = {} }: { hooks?: object }) => Object.keys(hooks)
