// What may be an event in the history, and whose word it may be. Asked where a session records one, where its supervisor
// takes it, and where a journal that was left behind is shipped: one list, one set of bounds.
import { isJsonObject, isShallow } from './json.js'
import { NOTICE, noticeProblem } from './notices.js'
import { MAX_EVENT_TYPE_CHARS, MAX_JSON_DEPTH, type WireEvent } from './protocol.js'

/** Only the supervisor says these: what it saw of a session from outside. */
export const SUPERVISOR_EVENTS = [
  'session.state',
  'session.ended',
  'session.fenced',
  'session.reniced',
  'session.flapping',
  'session.refused',
] as const
export type SupervisorEvent = (typeof SUPERVISOR_EVENTS)[number]

/** What frota itself says inside a session. */
export const RUNTIME_EVENTS = ['session.crash', 'intent.unknown', NOTICE] as const
export type RuntimeEvent = (typeof RUNTIME_EVENTS)[number]

/** Families that are frota's own, also for what it will say in later versions: a kind uses none of them. */
const OWN_FAMILIES = /^(session|intent|config)\./

/** Of what is recorded more is cut. Whoever takes events bounds the whole request. */
export const MAX_EVENT_CHARS = 256 * 1024

/** Why a kind may not record an event of this type; null when it may. */
export function kindEventTypeProblem(type: unknown): string | null {
  const problem = typeProblem(type)
  if (problem !== null) return problem
  const isOwn = OWN_FAMILIES.test(String(type)) || isOneOf(SUPERVISOR_EVENTS, type) || isOneOf(RUNTIME_EVENTS, type)
  return isOwn ? `an event of type ${type} is frota's own word: a kind chooses another type` : null
}

/** Why an event that a session sent is not taken; null when it is. It begins with the name of the field. */
export function eventProblem(event: unknown): string | null {
  if (!isJsonObject(event)) return 'not an object'
  const { id, seq, at, type, data, subject, epoch } = event as Partial<Record<keyof WireEvent, unknown>>
  if (typeof id !== 'string' || !UUID.test(id)) return 'id: not a UUID'
  if (!Number.isSafeInteger(seq) || Number(seq) < 1) return 'seq: not a row of a journal'
  if (!isStorableTime(at)) return `at: ${TIME_RULE}`
  const wrongType = isOneOf(RUNTIME_EVENTS, type) ? null : kindEventTypeProblem(type)
  if (wrongType !== null) return `type: ${wrongType}`
  if (!isJsonObject(data)) return 'data: not an object'
  if (!isShallow(data, MAX_JSON_DEPTH)) return `data: nested deeper than ${MAX_JSON_DEPTH} levels`
  const wrongNotice = type === NOTICE ? noticeProblem(data) : null
  if (wrongNotice !== null) return `data.${wrongNotice}`
  if (subject === undefined) return null
  if (typeof subject !== 'string' || subject === '') return 'subject: not a text'
  return Number.isSafeInteger(epoch) && Number(epoch) >= 0 ? null : 'epoch: not a lease’s epoch'
}

export interface Sifted<T> {
  taken: T[]
  refused: { event: T; why: string }[]
}

export function sift<T>(said: readonly T[], problemOf: (one: T) => string | null): Sifted<T> {
  const sifted: Sifted<T> = { taken: [], refused: [] }
  for (const event of said) {
    const why = problemOf(event)
    if (why === null) sifted.taken.push(event)
    else sifted.refused.push({ event, why })
  }
  return sifted
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/
// From the start of the clock that computers count by, since a small board without a battery wakes up there. Databases
// take no year 0 and none of five digits, and one such time would hold back the whole batch.
const FIRST_MS = Date.UTC(1970)
const LAST_MS = Date.UTC(2200)
export const TIME_RULE = 'not a time (ISO 8601) of the years 1970 to 2199'

export function isStorableTime(text: unknown): text is string {
  if (typeof text !== 'string' || !ISO.test(text)) return false
  const ms = Date.parse(text)
  return ms >= FIRST_MS && ms < LAST_MS
}

function typeProblem(type: unknown): string | null {
  const isGood =
    typeof type === 'string' && type.length >= 1 && type.length <= MAX_EVENT_TYPE_CHARS && !UNPRINTABLE.test(type)
  return isGood ? null : `an event's type is a printable text of 1 to ${MAX_EVENT_TYPE_CHARS} characters`
}

const UNPRINTABLE = /[\p{Cc}\p{Surrogate}]/u

const isOneOf = (list: readonly string[], type: unknown) => list.some((known) => known === type)
