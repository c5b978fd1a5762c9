import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LsRow } from '../core/states.js'
import type { Cli } from './cli.js'
import { waitUntilUp } from './wait.js'

const row = (session: string, state: LsRow['state'], more: Partial<LsRow> = {}) =>
  ({ session, state, wanted: 'running', reason: null, pid: 1, ...more }) as LsRow

/** Shows one list of rows after the other, and goes on showing the last. */
function showing(...lists: LsRow[][]): Cli {
  let shown = -1
  const cli = {
    json: true,
    isLive: async () => true,
    async call() {
      shown = Math.min(shown + 1, lists.length - 1)
      return lists[shown]
    },
  }
  return cli as unknown as Cli
}

test('one of several that fails does not keep the word of the others from being heard', async () => {
  const cli = showing(
    [row('a/1', 'starting'), row('a/2', 'failed', { reason: 'no token' })],
    [row('a/1', 'ready'), row('a/2', 'failed', { reason: 'no token' })],
  )
  const outcomes = await waitUntilUp(cli, ['a/1', 'a/2'], 60_000)
  assert.deepEqual(
    outcomes.map(({ session, error }) => [session, error?.message ?? null]),
    [
      ['a/1', null],
      ['a/2', 'a/2 failed: no token.'],
    ],
  )
})

test('all that wait for a person are named, with exit 8, once the others are ready', async () => {
  const cli = showing(
    [row('a/1', 'pairing'), row('a/2', 'starting'), row('a/3', 'pairing')],
    [row('a/1', 'pairing'), row('a/2', 'ready'), row('a/3', 'pairing')],
  )
  await assert.rejects(waitUntilUp(cli, ['a/1', 'a/2', 'a/3'], 60_000), { exit: 8, message: /^a\/1, a\/3 wait/ })
})

test('what another terminal has stopped, started or removed is not waited for', async () => {
  const stopped = showing([row('a/1', 'stopping', { wanted: 'stopped' })])
  await assert.rejects(waitUntilUp(stopped, ['a/1'], 60_000), { code: 'CROSSED', exit: 1, message: /was stopped/ })
  await assert.rejects(waitUntilUp(showing([]), ['a/1'], 60_000), { code: 'CROSSED', message: /was removed/ })
  const started = showing([row('a/1', 'ready')])
  await assert.rejects(waitUntilUp(started, ['a/1'], 60_000, 'stopped'), { code: 'CROSSED', message: /was started/ })
  assert.deepEqual(await waitUntilUp(showing([]), ['a/1'], 60_000, 'stopped'), [{ session: 'a/1', error: null }])
})

test('time that is up ends with 6 and names who is late and why', async () => {
  const cli = showing([row('a/1', 'backoff', { reason: 'no net' }), row('a/2', 'ready')])
  await assert.rejects(waitUntilUp(cli, ['a/1', 'a/2'], 0), { exit: 6, message: /: a\/1 is backoff \(no net\)\.$/ })
})
