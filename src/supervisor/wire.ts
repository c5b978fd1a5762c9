// What a session may say, checked at its door. A session is untrusted for its neighbours' sake: what it says lies in the
// ledger and travels to the store in one batch with theirs, so one bad word would hold back everybody's.
import { z } from 'zod'
import { UserError } from '../core/errors.js'
import { isStorableTime, TIME_RULE } from '../core/events.js'
import { isJsonObject, isShallow, type JsonObject } from '../core/json.js'
import {
  type Beat,
  MAX_ACCOUNT_CHARS,
  MAX_ACCOUNTS,
  MAX_DETAIL_CHARS,
  MAX_EVENTS_PER_BATCH,
  MAX_JSON_DEPTH,
  MAX_REASON_CHARS,
  MAX_SECRETS_VERSION_CHARS,
  notServed,
  servesWire,
  type WireBatch,
} from '../core/protocol.js'
import { siftBatch } from '../core/records.js'
import { ALIVE } from '../core/states.js'
import type { Refused } from './aside.js'

const MAX_LIMITS_VERSION_CHARS = 64
const count = z.int().min(0)
const time = z.string().refine(isStorableTime, TIME_RULE)
const object = z
  .custom<JsonObject>(isJsonObject, 'not an object')
  .refine((value) => isShallow(value, MAX_JSON_DEPTH), `nested deeper than ${MAX_JSON_DEPTH} levels`)

// One of before says nothing of it.
const wire = count.default(0)

const BEAT: z.ZodType<Beat> = z.object({
  wire,
  state: z.enum([...ALIVE] as Beat['state'][]),
  // Shown in terminals, in one line.
  reason: z.string().max(MAX_REASON_CHARS).overwrite(withoutControls).nullable(),
  detail: object.refine((value) => JSON.stringify(value).length <= MAX_DETAIL_CHARS, 'too large'),
  since: time,
  port: z.int().min(1).max(65_535).nullable(),
  configVersion: count,
  // A session program of before knows of none.
  limitsVersion: z.string().max(MAX_LIMITS_VERSION_CHARS).default(''),
  takesConfigLive: z.boolean(),
  secretsVersion: z.string().max(MAX_SECRETS_VERSION_CHARS),
  takesSecretsLive: z.boolean(),
  counters: z.object({
    eventsPending: count,
    intentsOpen: count,
    // A session program of before does not count them.
    recordsBytes: count.default(0),
    logLinesDropped: count,
  }),
  accounts: z.array(z.string().min(1).max(MAX_ACCOUNT_CHARS).overwrite(withoutControls)).max(MAX_ACCOUNTS).nullable(),
})

const JOURNAL_ID = z.string().regex(/^[0-9a-f]{32}$/)
const rows = z.array(z.looseObject({ seq: z.int().min(1) })).max(MAX_EVENTS_PER_BATCH)
const EVENTS = z.object({
  journal: JOURNAL_ID.nullable().default(null),
  events: rows,
  // A session program of before says nothing of these.
  keeps: rows.default([]),
  forgets: rows.default([]),
})

/** What a session sent. What cannot be taken is told apart, so that it holds up nothing behind it. */
export interface EventsBatch {
  taken: WireBatch
  refused: Refused[]
  /** Null: of a session program of before. */
  journal: string | null
  /** The journal's row up to which this is all. */
  upTo: number
}

const MAX_TICKET_CHARS = 500
const HELLO = z.object({ wire, ticket: z.string().max(MAX_TICKET_CHARS), pid: z.int().min(1) })
const WIRE = z.object({ wire })

/** Whether what it speaks is served is asked once it is known who it is. */
export const readHello = (body: unknown) => read('hello', HELLO, body)

/** Its version first: what is not served need not look like a beat of ours. */
export function readBeat(body: unknown): Beat {
  throwUnlessServed(read('beat', WIRE, body).wire)
  return read('beat', BEAT, body)
}

export function throwUnlessServed(version: number): void {
  if (!servesWire(version)) throw new UserError('WIRE_UNKNOWN', `${notServed(version)}.`)
}

export const readJournal = (body: unknown): string => read('journal', z.object({ id: JOURNAL_ID }), body).id

export function readEvents(body: unknown): EventsBatch {
  const { journal, ...said } = read('events', EVENTS, body)
  const { events, keeps, forgets } = said as unknown as WireBatch
  const upTo = [events, keeps, forgets].flat().reduce((highest, { seq }) => Math.max(highest, seq), 0)
  return { journal, upTo, ...siftBatch({ events, keeps, forgets }) }
}

/** Only what is known is taken; anything else that was said is left at the door. */
export function read<T>(what: string, schema: z.ZodType<T>, body: unknown): T {
  const answer = schema.safeParse(body)
  if (answer.success) return answer.data
  const problems = answer.error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${[what, ...path].join('.')}: ${message}`)
  throw new UserError('BAD_REQUEST', problems.join('; '))
}

function withoutControls(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').toWellFormed()
}
