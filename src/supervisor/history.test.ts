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
  const results = await Promise.allSettled(['a', 'b'].map((id) => history.append([event(id)])))
  assert.deepEqual([results.map(({ status }) => status), asked], [['rejected', 'rejected'], 1])
})
