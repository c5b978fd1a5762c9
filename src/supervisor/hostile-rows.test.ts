// What a session may have got past its own door, on its way into a real Postgres: one row that it does not take holds
// up nobody else's.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ACME, aLive, aSession, aTenant, aUnit, aBeat as beatOf, NOW, ready, sessionId } from '../../test/a-unit.js'
import { type SupabaseServer, startSupabase } from '../../test/supabase-server.js'
import { type HomeId, uuidv7 } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import { emptyBatch } from '../core/put-aside.js'
import type { StoredEvent } from '../store/events.js'
import type { StoredBatch, StoredKeep } from '../store/standing.js'
import type { HomeStore, Store } from '../store/store.js'
import { openSupabaseStore } from '../store/supabase.js'
import type { PutAside } from './aside.js'
import { openBeatWriter } from './beats.js'
import type { Context } from './context.js'
import { openHistory } from './history.js'
import type { Ledger } from './ledger.js'
import type { SupervisorParts } from './parts.js'
import type { Roster } from './roster.js'
import type { Unit } from './unit.js'

let server: SupabaseServer
let store: Store
let home: HomeStore
before(async () => {
  server = await startSupabase()
  store = await openSupabaseStore({ url: server.url, key: server.secretKey })
  home = store.home('home' as HomeId)
  await store.addTenant(aTenant())
})
after(async () => {
  await store.close()
  await server.close()
})

const YEAR_0 = Date.parse('0000-01-01T00:00:00Z')
const BEFORE = Date.parse('-000001-06-01T00:00:00Z')
const FAR = 8_640_000_000_000_000
const deep = (levels: number): JsonObject => (levels === 0 ? {} : { deep: deep(levels - 1) })

const HARMLESS: Record<string, JsonObject> = {
  nul: { 'a\0': 'b\0' },
  'half-pairs': { text: '\ud800 and \udc00', '\udfff': 1 },
  deep: deep(32),
  huge: { n: JSON.parse('1e400') as number, m: 1e308, tiny: 5e-324, int: 2 ** 60, none: Number.NaN },
}

const notices = { arriving: () => ({ taken: () => undefined, turnedAway: () => undefined }) }

test('heartbeats of the years 0, -1 and 275760, of no time and of no number freeze nobody else’s', async () => {
  const since = { fine: NOW, 'year-0': YEAR_0, 'year-minus-1': BEFORE, far: FAR, never: Number.NaN }
  const units: Unit[] = Object.entries(since).map(([name, ms]) =>
    aUnit({ ...ready(), since: ms } as Unit['life'], {}, name),
  )
  for (const [name, detail] of Object.entries(HARMLESS)) {
    units.push(aUnit(ready({ beat: beatOf({ detail, reason: '\0' }) }), {}, name))
  }
  const usage = { rssBytes: 1.5, cpuPercent: Number.POSITIVE_INFINITY, hotSince: null, reniced: false }
  units.push(aUnit({ ...ready(), live: aLive({ pid: 2 ** 53 }) } as Unit['life'], { usage }, 'figures'))
  for (const { ref } of units) await store.tenant(ACME).addSession(aSession(ref.name), null)
  const aside: string[] = []
  const parts = { settings: { hostName: 'host' }, now: () => new Date(NOW) } as unknown as SupervisorParts
  const roster = { sessions: () => units, onChange: () => undefined } as Partial<Roster> as Roster
  const putAside: PutAside = (session) => void aside.push(session)
  const writer = openBeatWriter({ parts, roster, store: home, putAside } as Context)
  await writer.flush()
  const written = (await home.heartbeats()).map(({ session }) => session)
  const bad = ['year-0', 'year-minus-1', 'far', 'never'].map(sessionId)
  assert.deepEqual(aside.sort(), bad.sort())
  assert.deepEqual(new Set(written), new Set(units.map(({ id }) => id).filter((id) => !bad.includes(id))))
})

test('events that Postgres does not take are put aside, and everything before and behind them arrives in order', async () => {
  const event = (change: Partial<StoredEvent>, i: number): StoredEvent => ({
    id: uuidv7(NOW + i, crypto.getRandomValues(new Uint8Array(10))),
    tenantId: ACME,
    session: null,
    at: new Date(NOW),
    type: 'note',
    data: { i },
    ...change,
  })
  const events = [
    {},
    { at: new Date(YEAR_0) },
    ...Object.values(HARMLESS).map((data) => ({ data })),
    { at: new Date(FAR) },
    { at: new Date(Number.NaN) },
    { type: 'nul \0 and half \ud800' },
    { at: new Date(BEFORE) },
    {},
  ].map(event)
  const aside: StoredEvent[] = []
  const history = openHistory(
    { store: home, ledger: {} as Ledger, notices, now: () => new Date(NOW) },
    {
      row: (refused) => void aside.push(refused as StoredEvent),
      all: assert.fail,
      over: assert.fail,
    },
  )
  const only = (some: StoredEvent[]) => ({ ...emptyBatch(), events: some }) as StoredBatch
  const [a, b] = [events.slice(0, 4), events.slice(4)]
  await Promise.all([history.append(only(a)), history.append(only(b))])
  const bad = events.filter(({ at }) => at.getTime() !== NOW)
  assert.deepEqual(
    aside.map(({ id }) => id),
    bad.map(({ id }) => id),
  )
  const stored = await store.tenant(ACME).events({ limit: 100 })
  assert.deepEqual(
    stored.reverse().map(({ id }) => id),
    events.filter((one) => !bad.includes(one)).map(({ id }) => id),
  )
})

test('a project that takes no record at all, since somebody changed the table, loses none: they wait until it does', async () => {
  const session = await store.tenant(ACME).addSession(aSession('keeper'), null)
  const said: string[] = []
  const history = openHistory(
    { store: home, ledger: {} as Ledger, notices, now: () => new Date(NOW) },
    {
      row: (refused) => void said.push(`put aside ${(refused as StoredKeep).key}`),
      all: (sort) => void said.push(`none: ${sort}`),
      over: (sort) => void said.push(`again: ${sort}`),
    },
  )
  const place = { tenantId: ACME, session: session.id, journal: null, epoch: 1, subject: null }
  const aKeep = (key: string, row: number, at = NOW): StoredKeep => {
    return { ...place, collection: 'orders', key, row, data: { row }, at: new Date(at) }
  }
  const batch = (keeps: StoredKeep[]): StoredBatch => ({ events: [], keeps, forgets: [] })
  const stands = async () => {
    const found = await store.tenant(ACME).records({ session: session.id, limit: 9 })
    return found.map(({ key }) => key)
  }
  await server.execute(`alter table public.frota_records add column region text not null`)
  await assert.rejects(history.append(batch([aKeep('o1', 1), aKeep('o2', 2)])), /takes no records: .*region/)
  assert.deepEqual([said, await stands()], [['none: records'], []])
  await server.execute(`alter table public.frota_records drop column region`)
  await history.append(batch([aKeep('o1', 1), aKeep('bad', 2, FAR), aKeep('o3', 3)]))
  assert.deepEqual(await stands(), ['o1', 'o3'])
  assert.deepEqual(said, ['none: records', 'again: records', 'put aside bad'])
})
