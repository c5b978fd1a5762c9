// Any user of the host may bind a port first: no session is stopped by that.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { fleetHome, upWith } from '../fleet-home.js'

const BASE_PORT = 65_300

test('with every port from BASE_PORT on taken by somebody else a session runs all the same, and hears its commands', async (t) => {
  const squatters = []
  for (let port = BASE_PORT; port < 65_536; port++) {
    const squatter = createServer().listen(port, '127.0.0.1')
    t.after(() => squatter.close())
    squatters.push(once(squatter, 'listening'))
  }
  await Promise.all(squatters)
  const home = await fleetHome(t, { BASE_PORT: String(BASE_PORT) })
  const [before] = await upWith(home, { 'acme/a': {} })
  const port = before?.port ?? 0
  assert.ok(port > 0 && port < BASE_PORT, String(port))
  assert.deepEqual(await home.command('acme/a', 'ping', { text: 'x' }), { text: 'x' })
  const { supervisor } = await home.status()
  home.kill(supervisor?.pid)
  await home.until('another supervisor', () => home.rows())
  const [after] = await home.reached('ready', 'acme/a')
  assert.deepEqual([after?.pid, after?.port], [before?.pid, port])
  assert.deepEqual(await home.command('acme/a', 'ping', { text: 'y' }), { text: 'y' })
})
