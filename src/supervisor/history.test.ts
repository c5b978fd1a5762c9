import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HomeStore, StoredEvent } from '../store/store.js'
import { StoreUnavailable } from '../store/store.js'
import { openHistory } from './history.js'
import type { Ledger } from './ledger.js'

const event = (id: string) => ({ id }) as StoredEvent

function aHistory(append: (events: StoredEvent[]) => Promise<void>) {
  const store = { append } as unknown as HomeStore
  return openHistory(store, {} as Ledger, () => new Date())
}

test('an event that the store refuses holds back nobody else’s', async () => {
  const taken: string[] = []
  const history = aHistory(async (events) => {
    if (events.some(({ id }) => id === 'bad')) throw new Error('not a row')
    taken.push(...events.map(({ id }) => id))
  })
  const results = await Promise.allSettled(['a', 'bad', 'b'].map((id) => history.append([event(id)])))
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  assert.deepEqual(taken, ['a', 'b'])
})

test('a store that is away is asked once for all, and nothing is acknowledged', async () => {
  let asked = 0
  const history = aHistory(async () => {
    asked += 1
    throw new StoreUnavailable('sqlite', 'away')
  })
  const big = Array.from({ length: 9 }, () => history.append([event('x'.repeat(1_000_000))]))
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
  await Promise.all(ids.map((id) => history.append([event(id)])))
  assert.deepEqual(taken, ids)
  assert.ok(Math.max(...requests) < 2.5 * 1024 * 1024)
  assert.ok(requests.length < 10, `${requests.length} requests`)
})
