// What happened (events from the store) and what was said (log files of this home).
import { UserError, usage } from '../core/errors.js'
import { formatRef, hostRef, hostServiceIn, type SessionId, type SessionRef, unitName } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import type { StoredEvent } from '../store/events.js'
import { type LogLine, readLogs } from './log-files.js'
import type { Acting, FleetParts } from './parts.js'
import { needService } from './services.js'
import { findTargets, type Targets } from './targets.js'

export interface EventView {
  id: string
  session: string | null
  at: string
  type: string
  data: JsonObject
}

/** In one answer. */
const MOST = 10_000

export function historyVerbs(parts: Acting) {
  return { events, logs }

  /** The newest, merged by time, oldest first; `cursor` continues where the last answer ended. */
  async function events(
    input: Targets & {
      type?: string | undefined
      since?: string | undefined
      limit?: number | undefined
      cursor?: string | undefined
    },
  ): Promise<{ events: EventView[]; cursor: string }> {
    const sessions = await sessionsOf(parts, input)
    const found = await parts.store.home(parts.homeId).events({
      ...readPage(input),
      ...(!input.all && { sessions: [...sessions.keys()] }),
      ...(input.type !== undefined && { type: input.type }),
      ...(input.since !== undefined && { since: readSince(input.since, parts.now()) }),
    })
    // One session's events stay in the order of its journal, also when its clock was put back.
    const ordered = sessions.size === 1 ? found.events : byTime(found.events)
    return { events: ordered.map((event) => viewOf(event, sessions)), cursor: found.next }
  }

  /** The last lines of each, merged by time; `cursor` continues where the last answer ended. */
  async function logs(
    input: Targets & {
      tail?: number | undefined
      since?: string | undefined
      grep?: string | undefined
      cursor?: string | undefined
    },
  ): Promise<{ lines: LogLine[]; cursor: string }> {
    const { services, others } = servicesNamed(parts, input.refs)
    const asked = { refs: others, all: input.all }
    const sessions = services.length > 0 && others.length === 0 ? [] : (await sessionsOf(parts, asked)).values()
    const units = [...services, ...sessions].map((ref) => ({ session: formatRef(ref), name: unitName(ref) }))
    const tail = input.tail ?? 50
    if (!Number.isInteger(tail) || tail < 0) throw usage('BAD_TAIL', '--tail must be a whole number.')
    const since = input.since === undefined ? null : readSince(input.since, parts.now())
    return readLogs(parts.settings.dirs.logs, units, {
      tail,
      since,
      grep: input.grep ?? null,
      cursor: input.cursor ?? null,
    })
  }
}

/** `_host/gateway`: no session, and the operator's alone. @throws ROLE_TOO_LOW, SERVICE_UNKNOWN */
function servicesNamed(parts: Acting, refs: string[]): { services: SessionRef[]; others: string[] } {
  const names = refs.flatMap((ref) => hostServiceIn(ref) ?? [])
  for (const name of names) needService(parts, name)
  return { services: names.map(hostRef), others: refs.filter((ref) => hostServiceIn(ref) === null) }
}

/** How much of a history is asked for, and from where on. */
export function readPage({ limit = 100, cursor }: { limit?: number | undefined; cursor?: string | undefined }) {
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) {
    throw usage('BAD_LIMIT', `--limit must be between 1 and ${MOST}.`)
  }
  if (cursor !== undefined && !/^\d{1,15}$/.test(cursor)) throw usage('BAD_CURSOR', 'That is no cursor.')
  return { limit, ...(cursor !== undefined && { after: cursor }) }
}

/**
 * From what the home was last told: whoever follows asks four times a second, and must not ask the store for every
 * session each time. The store is asked about what is not known there.
 */
async function sessionsOf(parts: FleetParts, { refs, all }: Targets): Promise<Map<SessionId, SessionRef>> {
  const { tenants, sessions } = await parts.snapshot()
  const slugs = new Map(tenants.map(({ id, slug }) => [id, slug]))
  const known = sessions.flatMap(({ id, tenantId, name }): [SessionId, SessionRef][] => {
    const tenant = slugs.get(tenantId)
    return tenant === undefined ? [] : [[id, { tenant, name }]]
  })
  const meant =
    (text: string) =>
    ([, ref]: [SessionId, SessionRef]) =>
      text.endsWith('/') ? `${ref.tenant}/` === text : formatRef(ref) === text
  if (all && refs.length === 0) return new Map(known)
  if (!all && refs.length > 0 && refs.every((text) => known.some(meant(text)))) {
    return new Map(refs.flatMap((text) => known.filter(meant(text))))
  }
  const { found } = await findTargets(parts, { refs, all })
  return new Map(found.map(({ session, ref }) => [session.id, ref]))
}

/** An event that was shipped late, after an outage, stands where it happened. */
const byTime = (events: StoredEvent[]) => events.toSorted((a, b) => a.at.getTime() - b.at.getTime())

function viewOf({ id, session, at, type, data }: StoredEvent, sessions: Map<SessionId, SessionRef>): EventView {
  const ref = session === null ? undefined : sessions.get(session)
  return { id, session: ref ? formatRef(ref) : null, at: at.toISOString(), type, data }
}

/** `10m`, `2h`, `3d`, `45s`, or a time. */
export function readSince(text: string, now: Date): Date {
  const match = /^(\d+)([smhd])$/.exec(text)
  const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
  const agoMs = match?.[1] && match[2] ? Number(match[1]) * unitMs[match[2] as keyof typeof unitMs] : null
  const date = agoMs === null ? new Date(text) : new Date(Math.max(0, now.getTime() - agoMs))
  if (!Number.isNaN(date.getTime())) return date
  throw new UserError('BAD_SINCE', `"${text}" is not a time.`, 'e.g. 10m, 2h, 3d or 2026-11-21T10:00:00Z', 2)
}
