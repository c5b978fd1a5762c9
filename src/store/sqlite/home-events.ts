// The history of a home's sessions as one. It is read in bites, so that the supervisor goes on breathing while a month of
// it is searched for a rare type.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { HomeId } from '../../core/ids.js'
import { number, type WriteRow } from '../columns.js'
import type { HomeEventQuery, StoredEvent } from '../events.js'
import { rowToEvent } from '../rows.js'
import type { HomeStore } from '../store.js'
import type { Database, Sql } from './database.js'

/** Places in the order of the store, not rows: most bites of a home with much history hold fewer. */
const FIRST_BITE = 1_000
const LARGEST_BITE = 5_000

/** The places `first` to `last`, both included, as far as this home's sessions are concerned. */
interface Span {
  first: number
  last: number
}

export function homeEvents(db: Database, home: HomeId): HomeStore['events'] {
  return async (query) => {
    const values = { home, ...valuesOf(query) }
    const span = await db.read((sql) => spanOf(sql, query, values))
    const isForward = query.after !== undefined
    const found: { seq: number; event: StoredEvent }[] = []
    let { first, last } = span
    for (let bite = FIRST_BITE; first <= last && found.length < query.limit; bite *= 2) {
      const places = Math.min(bite, LARGEST_BITE)
      const bitten = isForward
        ? { first, last: Math.min(last, first + places - 1) }
        : { first: Math.max(first, last - places + 1), last }
      const rows = await db.read((sql) =>
        sql.all(eventsSql(query), { ...values, ...bitten, limit: query.limit - found.length }),
      )
      found.push(...rows.map((row) => ({ seq: number(row, 'seq'), event: rowToEvent(row) })))
      if (isForward) first = bitten.last + 1
      else last = bitten.first - 1
      await nextTurn()
    }
    const isCutShort = isForward && found.length === query.limit
    if (!isForward) found.reverse()
    const end = isCutShort ? (found.at(-1)?.seq ?? span.last) : span.last
    return { events: found.map(({ event }) => event), next: String(end) }
  }
}

/** Each of these looks into an index once a session or tenant, however much history there is. */
function spanOf(sql: Sql, query: HomeEventQuery, values: WriteRow): Span {
  const newest = sql.get(
    `select max((select max(e.seq) from events e where e.tenant_id = s.tenant_id and e.session_id = s.id)) as seq
     from sessions s where ${ofHome(query)}`,
    values,
  )
  const since = query.since
    ? sql.get(
        `select min((select min(e.seq) from events e where e.tenant_id = t.tenant_id and e.at >= :since)) as seq
         from (select distinct s.tenant_id from sessions s where ${ofHome(query)}) t`,
        values,
      )
    : undefined
  const last = Number(newest?.seq ?? 0)
  const after = Number(query.after ?? 0)
  return { first: Math.max(after + 1, since ? Number(since.seq ?? last + 1) : 1), last: Math.max(last, after) }
}

const ofHome = ({ sessions }: HomeEventQuery) =>
  `s.home = :home${sessions ? ' and s.id in (select value from json_each(:sessions))' : ''}`

function eventsSql(query: HomeEventQuery): string {
  const conditions = [ofHome(query)]
  if (query.type !== undefined) conditions.push('e.type = :type')
  if (query.since !== undefined) conditions.push('e.at >= :since')
  // Sessions first: each one's own index leads to its places between first and last.
  return `select e.* from sessions s cross join events e
    on e.tenant_id = s.tenant_id and e.session_id = s.id and e.seq between :first and :last
    where ${conditions.join(' and ')} order by e.seq ${query.after === undefined ? 'desc' : 'asc'} limit :limit`
}

const valuesOf = ({ sessions, type, since }: HomeEventQuery): WriteRow => ({
  sessions: sessions ?? null,
  type: type ?? null,
  since: since?.toISOString() ?? null,
})
