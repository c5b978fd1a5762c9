// A session's address is its run's: kept while the run lives, whoever supervises it, and never another's.
import assert from 'node:assert/strict'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fleetHome, upWith } from '../fleet-home.js'

test('an adopted session keeps its address and hears its commands there; a new run has another, and what is left over goes', async (t) => {
  const home = await fleetHome(t)
  const { addresses } = home.paths
  const sockets = () => readdirSync(addresses).sort()
  const before = await upWith(home, { 'acme/a': {}, 'acme/b': {} })
  const first = sockets()
  assert.equal(first.length, 2)
  assert.deepEqual(await home.command('acme/a', 'ping', { text: 'x' }), { text: 'x' })

  writeFileSync(join(addresses, 'a-run-that-is-gone.sock'), '')
  const { supervisor } = await home.status()
  home.kill(supervisor?.pid)
  await home.until('another supervisor', () => home.rows())
  const adopted = await home.reached('ready', 'acme/a', 'acme/b')
  assert.deepEqual(
    adopted.map(({ pid }) => pid),
    before.map(({ pid }) => pid),
  )
  assert.deepEqual(sockets(), first)
  for (const ref of ['acme/a', 'acme/b']) {
    assert.deepEqual(await home.command(ref, 'ping', { text: ref }), { text: ref })
  }

  home.kill(adopted[0]?.pid)
  await home.until('its next run', () => home.witness.copies('acme/a') === 2)
  await home.reached('ready', 'acme/a')
  const kept = sockets().filter((socket) => first.includes(socket))
  assert.deepEqual([sockets().length, kept.length], [2, 1])

  await home.frota('stop', 'acme/b', '--wait')
  assert.deepEqual(
    sockets().filter((socket) => first.includes(socket)),
    [],
  )
})

test('addresses that were cleared away stop no session: they are told, and there again at the next start', async (t) => {
  const home = await fleetHome(t)
  const [before] = await upWith(home, { 'acme/a': {} })
  rmSync(home.paths.addresses, { recursive: true })
  await assert.rejects(home.command('acme/a', 'ping'), { code: 'COMMAND_FAILED', message: /did not answer "ping"/ })
  assert.equal((await home.row('acme/a'))?.pid, before?.pid)
  await home.frota('restart', 'acme/a', '--wait')
  assert.deepEqual(await home.command('acme/a', 'ping', { text: 'y' }), { text: 'y' })
  await home.nothingLostOrDoubled('acme/a')
})
