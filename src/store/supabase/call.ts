// Calling the project's functions: the one place where `{ data, error }` becomes a value or a throw.
import { messageOf } from '../../core/errors.js'
import type { HomeId } from '../../core/ids.js'
import type { JournalMark } from '../../core/journals.js'
import type { Json } from '../../core/json.js'
import { RowRefused } from '../../core/put-aside.js'
import { number, type Row, text, textOrNull } from '../columns.js'
import { isRefusal, refusal } from '../refusals.js'
import { rowToMark } from '../rows.js'
import { type HeldLease, StoreUnavailable } from '../store.js'
import { fromPostgres, toPostgres } from './text.js'

const DEFAULT_TIMEOUT_MS = 8_000
/** What our functions raise when they refuse. */
const REFUSED = 'PT409'
const NO_SUCH_FUNCTION = 'PGRST202'

export type Arguments = Record<string, Json>
export interface Calls {
  call(name: string, args?: Arguments): Promise<Json>
  rows(name: string, args?: Arguments): Promise<Row[]>
  /** What is still asked gets no answer any more. */
  close(): void
}

/** As supabase-js answers; `status` 0 means that no answer came at all. */
interface Answer {
  data: unknown
  error: { code: string; message: string; details: string | null } | null
  status: number
}

export interface SupabaseOptions {
  url: string
  key: string
  fetch?: typeof fetch
  timeoutMs?: number
}

export async function connect({
  url,
  key,
  fetch: send = fetch,
  timeoutMs = DEFAULT_TIMEOUT_MS,
}: SupabaseOptions): Promise<Calls> {
  // Late: only the supervisor and a few verbs of the CLI need it, and it is 20 MB.
  const { createClient } = await import('@supabase/supabase-js')
  const closed = new AbortController()
  const client = createClient(url, key, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: {
      fetch: (input, init) =>
        send(input, { ...init, signal: endOf(closed.signal, timeoutMs, init?.signal) }).catch(tellWhy),
    },
  })
  const call = async (name: string, args: Arguments = {}): Promise<Json> => {
    const answer: Answer = await client.rpc(name, toPostgres(args))
    if (answer.error) throw failure(answer, answer.error)
    return fromPostgres((answer.data ?? null) as Json)
  }
  return {
    call,
    rows: async (name, args) => asRows(await call(name, args)),
    close: () => closed.abort(new Error('the store was closed')),
  }
}

/** Hangs are outages too: the signal covers the reading of the answer as well. */
function endOf(closed: AbortSignal, timeoutMs: number, asked?: AbortSignal | null): AbortSignal {
  return AbortSignal.any([closed, AbortSignal.timeout(timeoutMs), ...(asked ? [asked] : [])])
}

/** Node's own word for it is "fetch failed", whether a name, a port or a certificate was wrong; the client drops the cause. */
function tellWhy(thrown: unknown): never {
  const cause = thrown instanceof Error ? thrown.cause : undefined
  if (cause === undefined) throw thrown
  throw new Error(messageOf(cause), { cause: thrown })
}

function failure({ status }: Answer, error: NonNullable<Answer['error']>): Error {
  if (error.code === REFUSED && isRefusal(error.message)) return refusal(error.message, error.details ?? '')
  if (error.code === NO_SUCH_FUNCTION) return refusal('SCHEMA_OLDER', error.message)
  const text = status === 0 ? error.message.replace(/^\w*Error: /, '') : error.message
  const said = text.trim().slice(0, 300) || `HTTP ${status}`
  if (status === 401 || status === 403) {
    return unavailable(`it refused the key (${status}: ${said}); check SUPABASE_SECRET_KEY`, error)
  }
  if (VALUE_REFUSED.test(error.code))
    return new RowRefused('supabase', new Error(`${error.code} ${said}`, { cause: error }))
  // Only what we said can be wrong by itself. All else is no answer: a proxy, a paused, read-only or emptied project.
  if (OUR_FAULT.test(error.code)) return new Error(`supabase: ${error.code} ${said}`, { cause: error })
  return unavailable(status === 0 ? said : `HTTP ${status}: ${said}`, error)
}

/** A value or row that the database does not take (out of bounds, a constraint, a limit of its own), or no JSON. */
const VALUE_REFUSED = /^(22|23|54|PGRST102)/
/** What our functions raise, or a request that is none. */
const OUR_FAULT = /^(P0|PGRST1)/

const unavailable = (why: string, cause: unknown) => new StoreUnavailable('supabase', new Error(why, { cause }))

export function asRows(value: Json | undefined): Row[] {
  if (Array.isArray(value)) return value.map(asRow)
  throw new TypeError('supabase answered something else than rows')
}

export function asRow(value: Json | undefined): Row {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new TypeError('supabase answered something else than a row')
}

export const markOrNull = (value: Json | undefined): JournalMark | null =>
  value == null ? null : rowToMark(asRow(value))

/** Postgres says how long it still runs: the two clocks may differ. */
export function heldOrNull(value: Json | undefined): HeldLease | null {
  if (value == null) return null
  const row = asRow(value)
  const untilMs = Date.now() + number(row, 'for_ms')
  return { heldBy: text(row, 'held_by') as HomeId, host: textOrNull(row, 'host'), untilMs }
}

export const asTextOrNull = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null)
