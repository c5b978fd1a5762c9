import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FleetClient } from '../api/verbs.js'
import { UserError } from '../core/errors.js'
import { openFleetLink } from './fleet.js'

type Answer = () => Promise<unknown>

/** A way to the verbs whose answers are the test's; one that is closed answers nobody. */
function clientOf(isLive: boolean, answer: Answer) {
  const known = { isClosed: false }
  const client: FleetClient = {
    isLive,
    async call() {
      const said = await answer()
      if (known.isClosed) throw new Error('database is not open')
      return said as never
    },
    async close() {
      assert.equal(known.isClosed, false, 'closed twice')
      known.isClosed = true
    },
  }
  return { client, known }
}

const gone: Answer = async () => {
  throw new UserError('SUPERVISOR_GONE', 'The supervisor went away.')
}

test('a supervisor that goes away under two questions at once is looked for once, and both are answered', async () => {
  const supervisor = clientOf(true, gone)
  const store = clientOf(false, async () => [])
  const doors = [supervisor.client, store.client]
  const link = openFleetLink({
    client: async () => doors.shift() ?? assert.fail('looked more than once'),
    liveClient: async () => assert.fail('nobody asked for that'),
  })
  assert.deepEqual(await Promise.all([link.call('plans.list'), link.call('tenants.list')]), [[], []])
  assert.equal(supervisor.known.isClosed, true)
  assert.equal(link.isLive(), false)
  await link.close()
  assert.equal(store.known.isClosed, true)
})

test('a way that is left is closed only when its last answer is there', async () => {
  const slow = Promise.withResolvers<unknown>()
  const store = clientOf(false, () => slow.promise)
  const supervisor = clientOf(true, async () => ['live'])
  const link = openFleetLink({ client: async () => store.client, liveClient: async () => supervisor.client })
  const asked = link.call('tenants.list')
  await link.bringUp()
  assert.equal(link.isLive(), true)
  assert.deepEqual(await link.call('tenants.list'), ['live'])
  assert.equal(store.known.isClosed, false)
  slow.resolve(['from the store'])
  assert.deepEqual(await asked, ['from the store'])
  assert.equal(store.known.isClosed, true)
})

test('what changes something is not asked twice', async () => {
  let asked = 0
  const { client } = clientOf(true, async () => {
    asked++
    return gone()
  })
  const link = openFleetLink({ client: async () => client, liveClient: async () => client })
  await assert.rejects(link.call('sessions.stop', { refs: ['acme/a'] }), /went away/)
  assert.equal(asked, 1)
})
