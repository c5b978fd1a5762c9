import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyBatch, RowRefused } from '../core/put-aside.js'
import type { StoredEvent } from '../store/events.js'
import type { StoredBatch, StoredKeep } from '../store/standing.js'
import type { HomeStore } from '../store/store.js'
import { StoreUnavailable } from '../store/store.js'
import { openHistory } from './history.js'
import type { Ledger } from './ledger.js'

const event = (id: string) => ({ id }) as StoredEvent
const only = (events: StoredEvent[]) => ({ ...emptyBatch(), events }) as StoredBatch

const silent = { arriving: () => ({ taken: () => undefined, turnedAway: () => undefined }) }

function aHistory(write: (...said: Parameters<HomeStore['append']>) => Promise<void>) {
  const aside: string[] = []
  const outages: string[] = []
  const append: HomeStore['append'] = async (...said) => {
    await write(...said)
    return new Set()
  }
  const store = { append } as unknown as HomeStore
  const history = openHistory(
    { store, ledger: {} as Ledger, notices: silent, now: () => new Date() },
    {
      row: (said, why) => void aside.push(`${(said as StoredEvent).id}: ${why.message}`),
      all: (sort, why) => void outages.push(`${sort}: ${why.message}`),
      over: (sort) => void outages.push(`${sort} again`),
    },
  )
  return Object.assign(history, { aside, outages })
}

test('an event that the store does not take is put aside; all others of the batch get through, in order, and are counted', async () => {
  const taken: string[] = []
  const acked: number[] = []
  const history = aHistory(async (events, acks = []) => {
    if (events.some(({ id }) => id.startsWith('bad'))) throw new RowRefused('sqlite', 'not a row')
    taken.push(...events.map(({ id }) => id))
    acked.push(...acks.map(({ row }) => row))
  })
  const ack = (row: number) => ({ session: 's', journal: 'j', row })
  await Promise.all([
    history.append(only(['a', 'b'].map(event)), ack(2)),
    history.append(only(['c', 'bad', 'd', 'e', 'bad2'].map(event)), ack(7)),
    history.append(only([event('f')]), ack(8)),
  ])
  assert.deepEqual(taken, ['a', 'b', 'c', 'd', 'e', 'f'])
  assert.deepEqual(acked, [2, 7, 8])
  assert.deepEqual(
    history.aside.map((text) => text.split(':')[0]),
    ['bad', 'bad2'],
  )
})

test('what is no refusal of a row puts nothing aside: it is asked again later', async () => {
  const history = aHistory(async () => {
    throw new TypeError('a bug')
  })
  const results = await Promise.allSettled([history.append(only([event('a')])), history.append(only([event('b')]))])
  assert.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  assert.deepEqual(history.aside, [])
})

test('a store that takes no event at all is away: nothing is put aside or acknowledged, and it is asked few times', async () => {
  let asked = 0
  const acked: unknown[] = []
  const history = aHistory(async (events, acks = []) => {
    asked += 1
    if (events.length > 0) throw new RowRefused('supabase', '23502 null value in column "region"')
    acked.push(...acks)
  })
  const many = Array.from({ length: 100 }, (_, i) => event(`${i}`))
  const ack = { session: 's', journal: 'j', row: 100 }
  const results = await Promise.allSettled([
    history.append(only(many), ack),
    history.append(only([event('lone')]), ack),
  ])
  for (const result of results) {
    assert.ok(result.status === 'rejected' && result.reason instanceof StoreUnavailable)
    assert.match(result.reason.message, /takes no events.*"region"/)
  }
  assert.deepEqual([history.aside, acked, history.outages.length], [[], [], 1])
  assert.ok(asked < 12, `${asked} requests`)
})

test('a store that takes no record is away for records: their batches wait, events of others go on, and both are told by name', async () => {
  let takesRecords = false
  const [kept, acked]: [string[], unknown[]] = [[], []]
  const history = aHistory(async (events, acks = [], { keeps } = { keeps: [], forgets: [] }) => {
    if (keeps.length > 0 && !takesRecords) throw new RowRefused('supabase', '23502 null value in column "region"')
    kept.push(...events.map(({ id, type }) => type ?? id), ...keeps.map(({ key }) => key))
    acked.push(...acks)
  })
  const ack = { session: 's', journal: 'j', row: 2 }
  const keep = { collection: 'orders', key: 'o1', data: {}, tenantId: 't', session: 's' } as unknown as StoredKeep
  const batch = { ...emptyBatch(), keeps: [keep] } as StoredBatch
  const [waits, second, goesOn] = await Promise.allSettled([
    history.append(batch, ack),
    history.append(batch, ack),
    history.append(only([event('other')])),
  ])
  assert.ok(waits.status === 'rejected' && waits.reason instanceof StoreUnavailable)
  assert.deepEqual([second.status, goesOn.status], ['rejected', 'fulfilled'])
  assert.match(waits.reason.message, /takes no records: .*"region"/)
  assert.match(history.outages.join(), /^records: [^,]*"region"$/)
  assert.deepEqual([history.aside, acked, kept, history.outages.length], [[], [], ['other'], 1])
  takesRecords = true
  await history.append(batch, ack)
  assert.deepEqual([kept, acked, history.outages.at(-1)], [['other', 'o1'], [ack], 'records again'])
})

test('in a batch that is refused everything is asked for in one piece first: one bad row costs its neighbours one request', async () => {
  const requests: number[] = []
  const history = aHistory(async (events) => {
    requests.push(events.length)
    if (events.some(({ id }) => id === 'bad')) throw new RowRefused('sqlite', 'not a row')
  })
  const some = Array.from({ length: 9 }, (_, i) => history.append(only([event(`${i}`), event(`${i}b`)])))
  await Promise.all([...some, history.append(only([event('bad')]))])
  assert.deepEqual(requests.slice(1, 10), Array(9).fill(2))
})

test('a lone event that is refused is put aside once the store has taken one of ours in its place', async () => {
  const types: string[] = []
  const history = aHistory(async (events) => {
    if (events.some(({ id }) => id === 'bad')) throw new RowRefused('supabase', '22008 out of range')
    types.push(...events.map(({ type }) => type))
  })
  await history.append(only([event('bad')]))
  assert.deepEqual(types, ['session.refused'])
  assert.deepEqual([history.aside.length, history.outages], [1, []])
})

test('a store that is away is asked once for all, and nothing is acknowledged', async () => {
  let asked = 0
  const history = aHistory(async () => {
    asked += 1
    throw new StoreUnavailable('sqlite', 'away')
  })
  const big = Array.from({ length: 9 }, () => history.append(only([event('x'.repeat(1_000_000))])))
  const results = await Promise.allSettled(big)
  assert.deepEqual([results.filter(({ status }) => status === 'rejected').length, asked], [9, 1])
})

test('what a hundred sessions kept during an outage goes to the store in requests of a size it takes, in order', async () => {
  const requests: number[] = []
  const taken: string[] = []
  const history = aHistory(async (events) => {
    requests.push(JSON.stringify(events).length)
    taken.push(...events.map(({ id }) => id))
  })
  const ids = Array.from({ length: 20 }, (_, i) => `${i}`.padStart(500_000, '.'))
  await Promise.all(ids.map((id) => history.append(only([event(id)]))))
  assert.deepEqual(taken, ids)
  assert.ok(Math.max(...requests) < 2.5 * 1024 * 1024)
  assert.ok(requests.length < 10, `${requests.length} requests`)
})
