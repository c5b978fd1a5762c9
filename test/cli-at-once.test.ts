// Several terminals at once, and a command that was broken off: whoever comes next finds a home that works.
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { tryLock } from '../src/processes/lock.js'
import { fleetHome, ROOT } from './fleet-home.js'

const KINDS = join(ROOT, 'test/kinds/pairable/kind.js')

test('the first commands of a new home may come all at once', async (t) => {
  const home = await fleetHome(t)
  mkdirSync(join(home.dir, 'data'), { mode: 0o700 })
  const lock = tryLock(home.paths.lock, 'another first command')
  assert.ok('release' in lock)
  const early = home.run('tenant', 'ls')
  await Promise.race([early, sleep(2_000)]) // it must not go on before the database is made
  lock.release()
  assert.equal((await early).code, 0)
  const slugs = ['a', 'b', 'c', 'd', 'e', 'f']
  const ran = await Promise.all(slugs.map((slug) => home.run('tenant', 'add', slug)))
  assert.deepEqual(
    ran.map(({ code, stderr }) => [code, stderr]),
    slugs.map(() => [0, '']),
  )
  assert.equal((await home.json<unknown[]>('tenant', 'ls')).length, slugs.length)
})

test('up takes a down back that was interrupted half-way', async (t) => {
  const home = await fleetHome(t, { FROTA_KINDS: KINDS })
  await home.frota('tenant', 'add', 'acme')
  await home.frota('add', 'acme/p', '--kind', 'pairable')
  assert.equal((await home.run('start', 'acme/p', '--wait')).code, 8)
  const { supervisor } = await home.status()
  await home.call('host.down') // all that `frota down` has done when Ctrl-C ends it
  assert.equal((await home.row('acme/p'))?.state, 'stopped')
  assert.match((await home.status()).warnings.join(), /goes down.*frota up/)
  assert.equal(await home.frota('up'), 'The fleet is up.\n')
  await home.reached('pairing', 'acme/p')
  const after = await home.status()
  assert.deepEqual([after.supervisor?.pid, after.warnings], [supervisor?.pid, []])
  assert.equal(await home.frota('up'), 'The fleet is up already.\n')
})
