// Who changed what, read back.
import { parseSlug } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import { readPage, readSince } from './history.js'
import { type FleetParts, needTenant } from './parts.js'

export interface AuditView {
  at: string
  actor: string
  action: string
  subject: string
  data: JsonObject
}

export interface AuditInput {
  tenant?: string | undefined
  since?: string | undefined
  limit?: number | undefined
  cursor?: string | undefined
}

export function auditVerbs(parts: FleetParts) {
  return { list }

  /** The newest, oldest first; `cursor` continues where the last answer ended. Without a tenant: of everybody. */
  async function list(input: AuditInput): Promise<{ entries: AuditView[]; cursor: string }> {
    const page = readPage(input)
    const since = input.since === undefined ? {} : { since: readSince(input.since, parts.now()) }
    const trail = await trailOf(input.tenant, { ...page, ...since })
    return {
      entries: trail.entries.map(({ at, actor, action, subject, data }) => ({
        at: at.toISOString(),
        actor,
        action,
        subject,
        data,
      })),
      cursor: trail.next,
    }
  }

  async function trailOf(slug: string | undefined, query: Parameters<typeof parts.store.auditTrail>[0]) {
    if (slug === undefined) return parts.store.auditTrail(query)
    const { id } = await needTenant(parts, parseSlug(slug, 'tenant'))
    return parts.store.tenant(id).auditTrail(query)
  }
}
