// What happened (events from the store) and what was said (log files of this home).
import { UserError, usage } from '../core/errors.js'
import { formatRef, parseRef, unitName } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import { type LogLine, readLogs } from './log-files.js'
import { type FleetParts, needSession } from './parts.js'

export interface EventView {
  id: string
  session: string | null
  at: string
  type: string
  data: JsonObject
}

const MAX_EVENTS = 10_000

export function historyVerbs(parts: FleetParts) {
  return { events, logs }

  /** Oldest first. `after` is an event's id: only what came later, for following. */
  async function events(input: {
    ref: string
    type?: string | undefined
    since?: string | undefined
    after?: string | undefined
    limit?: number | undefined
  }): Promise<EventView[]> {
    const { store, session, ref } = await needSession(parts, parseRef(input.ref))
    const limit = input.limit ?? 100
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_EVENTS) {
      throw usage('BAD_LIMIT', `--limit must be between 1 and ${MAX_EVENTS}.`)
    }
    const found = await store.events({
      session: session.id,
      limit,
      ...(input.type !== undefined && { type: input.type }),
      ...(input.since !== undefined && { since: readSince(input.since, parts.now()) }),
      ...(input.after !== undefined && { afterId: input.after }),
    })
    // The store's own order, never the ids': a follower asks on from the last it was shown, and an event that was
    // shipped late (its id is older) would be shown twice.
    return found
      .reverse()
      .map(({ id, at, type, data }) => ({ id, session: formatRef(ref), at: at.toISOString(), type, data }))
  }

  /** The last lines of each, merged by time; `cursor` continues where the last answer ended. */
  async function logs(input: {
    refs: string[]
    tail?: number | undefined
    since?: string | undefined
    grep?: string | undefined
    cursor?: string | undefined
  }): Promise<{ lines: LogLine[]; cursor: string }> {
    const units = []
    for (const text of input.refs) {
      const { ref } = await needSession(parts, parseRef(text))
      units.push({ session: formatRef(ref), name: unitName(ref) })
    }
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

/** `10m`, `2h`, `3d`, `45s`, or a time. */
export function readSince(text: string, now: Date): Date {
  const match = /^(\d+)([smhd])$/.exec(text)
  const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
  const agoMs = match?.[1] && match[2] ? Number(match[1]) * unitMs[match[2] as keyof typeof unitMs] : null
  const date = agoMs === null ? new Date(text) : new Date(Math.max(0, now.getTime() - agoMs))
  if (!Number.isNaN(date.getTime())) return date
  throw new UserError('BAD_SINCE', `"${text}" is not a time.`, 'e.g. 10m, 2h, 3d or 2026-11-21T10:00:00Z', 2)
}
