// `frota clean`: logins and logs that belong to no session of this home (any more).
import { readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { HOST, hostRef, unitName } from '../core/ids.js'
import { SessionExit } from '../core/states.js'
import { openOutbox } from '../journal/outbox.js'
import { isDamage } from '../journal/schema.js'
import { hasCode } from '../node/codes.js'
import { type Acting, entryOf } from './parts.js'

export interface Cleaned {
  deleted: string[]
  /** What would be lost with these is nowhere else. */
  kept: { path: string; why: string }[]
}

/** Answers what was (or, with `dryRun`, would be) deleted. */
export async function clean(parts: Acting, input: { dryRun: boolean }): Promise<Cleaned> {
  const { deleted, kept } = await findOrphans(parts)
  if (input.dryRun || deleted.length === 0) return { deleted, kept }
  await parts.store.audit(entryOf(parts, 'host.clean', parts.settings.hostName, { deleted: deleted.length }))
  for (const orphan of deleted) await rm(orphan, { recursive: true, force: true })
  return { deleted, kept }
}

async function findOrphans(parts: Acting): Promise<Cleaned> {
  const { dirs } = parts.settings
  // Asked anew: by what the store said before it went away nothing is deleted.
  const { tenants, sessions } = await parts.store.home(parts.homeId).snapshot()
  const slugs = new Map(tenants.map((tenant) => [tenant.id, tenant.slug]))
  const refs = sessions.map((session) => ({ tenant: slugs.get(session.tenantId) ?? '', name: session.name }))
  refs.push(...(await knownServices(parts)).map(hostRef))
  for (const { session } of parts.findMarked()) {
    const [tenant, name] = session.split('/')
    if (tenant && name) refs.push({ tenant, name }) // it is just being stopped
  }
  const known = new Set(refs.map((ref) => path.join(dirs.tokens, ref.tenant, ref.name)))
  const units = new Set(refs.map(unitName))
  const hasHistory = new Set(slugs.values())
  const found: Cleaned = { deleted: [], kept: [] }
  for (const tenant of await names(dirs.tokens)) {
    for (const name of await names(path.join(dirs.tokens, tenant))) {
      const dir = path.join(dirs.tokens, tenant, name)
      if (known.has(dir)) continue
      // What was set aside bears its time behind a dot; it is nobody's to ship.
      const left = hasHistory.has(tenant) && !name.includes('.') ? unshipped(path.join(dir, 'journal.db')) : 0
      if (left === 0) found.deleted.push(dir)
      else found.kept.push({ path: dir, why: `its journal holds ${left} rows that no store has; frota up ships them` })
    }
  }
  for (const file of await names(dirs.logs)) {
    const unit = /^((?:_host|[a-z0-9-]+)\.[a-z0-9-]+)\.(jsonl(\.\d)?|crash\.log)$/.exec(file)?.[1]
    if (unit && !units.has(unit)) found.deleted.push(path.join(dirs.logs, file))
  }
  return found
}

/** No row tells of a host service but the kind that brings it: one that cannot be loaded now keeps all that is there. */
async function knownServices({ kinds, settings }: Acting): Promise<string[]> {
  if (kinds.problems.length === 0) return [...kinds.services.keys()]
  return names(path.join(settings.dirs.tokens, HOST))
}

/** What a session of another home by now, or one whose row was removed, told last while the store was away. */
function unshipped(file: string): number {
  try {
    const outbox = openOutbox(file)
    try {
      return outbox?.pendingCount() ?? 0
    } finally {
      outbox?.close()
    }
  } catch (thrown) {
    if (isDamage(thrown) || thrown instanceof SessionExit) return 0 // nobody will ever read it
    throw thrown
  }
}

async function names(dir: string): Promise<string[]> {
  try {
    return await readdir(dir)
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT', 'ENOTDIR')) return []
    throw thrown
  }
}
