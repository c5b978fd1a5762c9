import assert from 'node:assert/strict'
import { renameSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { fleetHome } from '../fleet-home.js'

test('a database or a home’s id that is gone stops nothing and is not made anew; put back, all is as before', async (t) => {
  const home = await fleetHome(t)
  await home.frota('tenant', 'add', 'acme')
  await home.frota('up')
  await home.add('acme/s')
  await home.frota('start', 'acme/s', '--wait')
  const [running] = await home.reached('ready', 'acme/s')
  renameSync(home.paths.db, `${home.paths.db}.away`)
  const { outage } = await home.until('the word about it', async () => {
    const { store } = await home.status()
    return store.outage && store
  })
  assert.match(outage?.reason ?? '', /was removed or replaced/)
  renameSync(`${home.paths.db}.away`, home.paths.db)
  await home.until('the end of it', async () => (await home.status()).store.reachable)
  assert.equal((await home.row('acme/s'))?.pid, running?.pid)
  await home.frota('down')
  for (const file of [home.paths.db, home.paths.homeId]) {
    renameSync(file, `${file}.away`)
    for (const command of [['up'], ['ls'], ['serve']]) {
      const ran = await home.run(...command)
      assert.equal(ran.code, 1, command[0])
      assert.match(ran.stderr, /is gone, but this home has had sessions/)
    }
    renameSync(`${file}.away`, file)
  }
  await home.frota('up')
  await home.reached('ready', 'acme/s')
})

test('another master key, or none, starts nothing and is told; with the right one all is as before', async (t) => {
  const home = await fleetHome(t)
  await home.frota('up')
  await home.call('tenants.add', { slug: 'acme' })
  await home.add('acme/s', { act: 'echoes-secret' })
  await home.call('secrets.set', { scope: 'acme/s', name: 'PROBE_TOKEN', value: 'a secret text' })
  await home.frota('start', 'acme/s', '--wait')
  await home.frota('down')
  const { keyFile } = home.paths
  renameSync(keyFile, `${keyFile}.right`)
  for (const [key, said] of [
    [undefined, /does not exist/],
    ['ab'.repeat(32), /is not the one this store's secrets were sealed with/],
  ] as const) {
    if (key) writeFileSync(keyFile, key, { mode: 0o600 })
    for (const command of [['up'], ['key', 'check']]) {
      const ran = await home.run(...command)
      assert.notEqual(ran.code, 0, command.join(' '))
      assert.match(ran.stderr, said, command.join(' '))
    }
  }
  assert.equal(home.witness.copies('acme/s'), 1)
  renameSync(`${keyFile}.right`, keyFile)
  await home.frota('up')
  await home.reached('ready', 'acme/s')
})
