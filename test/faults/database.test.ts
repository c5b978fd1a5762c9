import assert from 'node:assert/strict'
import { renameSync } from 'node:fs'
import { test } from 'node:test'
import { fleetHome } from '../fleet-home.js'

test('a database that is gone stops nothing and is not made anew; put back, all is as before', async (t) => {
  const home = await fleetHome(t)
  await home.frota('tenant', 'add', 'acme')
  await home.frota('up')
  await home.add('acme/s')
  await home.frota('start', 'acme/s', '--wait')
  await home.frota('down')
  renameSync(home.paths.db, `${home.paths.db}.away`)
  for (const command of [['up'], ['ls'], ['serve']]) {
    const ran = await home.run(...command)
    assert.equal(ran.code, 1, command[0])
    assert.match(ran.stderr, /is gone, but this home has had sessions/)
  }
  renameSync(`${home.paths.db}.away`, home.paths.db)
  await home.frota('up')
  await home.reached('ready', 'acme/s')
})
