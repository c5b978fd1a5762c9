// A kind's limits with real processes: test/kinds/limited is all that they need.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { fleetHome, ROOT } from './fleet-home.js'

test('a changed plan reaches running sessions: live where the kind listens, else by a restart; what is over it waits', async (t) => {
  const home = await fleetHome(t, { FROTA_KINDS: join(ROOT, 'test/kinds/limited/kind.js') })
  const seen = (ref: string) => home.events('limits', ref).map(({ data }) => data.symbols)
  const pidOf = async (ref: string) => (await home.row(ref))?.pid
  await home.frota('up')
  await home.frota('tenant', 'add', 'acme', '--plan', 'pro')
  await home.frota('add', 'acme/live', '--kind', 'limited', '--set', 'symbols=["A"]', '--set', 'takesLive=yes')
  await home.frota('add', 'acme/other', '--kind', 'limited', '--set', 'symbols=["B"]')
  await home.frota('start', '--all', '--wait')
  const pid = await pidOf('acme/live')

  await home.frota('plan', 'set', 'pro', 'limited.symbols=20')
  await home.until('both to know it', () => seen('acme/live').at(-1) === 20 && seen('acme/other').at(-1) === 20)
  assert.deepEqual(
    [seen('acme/live'), seen('acme/other')],
    [
      [3, 20],
      [3, 20],
    ],
  )
  await home.reached('ready', 'acme/other')
  assert.equal(await pidOf('acme/live'), pid)

  const refused = await home.run('plan', 'set', 'pro', 'limited.symbols=1')
  assert.equal(refused.code, 4)
  assert.match(refused.stderr, /1 session will stop \(symbols: the plan allows 1\): acme\/other\./)
  await home.frota('plan', 'set', 'pro', 'limited.symbols=1', '--yes')
  const [waiting] = await home.reached('waiting', 'acme/other')
  assert.equal(waiting?.reason, 'symbols: the plan allows 1')
  assert.deepEqual([await pidOf('acme/live'), (await home.row('acme/live'))?.state], [pid, 'ready'])
  const start = await home.run('start', 'acme/other')
  assert.deepEqual([start.code, /symbols: the plan allows 1/.test(start.stderr)], [4, true], start.stderr)

  await home.frota('plan', 'set', 'pro', 'limited.symbols=default')
  await home.reached('ready', 'acme/other')
})
