// What the real `frota` tells to do can be done as it stands, and what it cannot do it says.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { fleetHome, ROOT } from './fleet-home.js'

const KINDS = join(ROOT, 'test/kinds/pairable/kind.js')

test('a frota that is not on the PATH does not promise that it is', async (t) => {
  const home = await fleetHome(t, { FROTA_KINDS: KINDS, PATH: process.env.PATH ?? '' })
  const bare = `node ${join(ROOT, 'bin/frota')}`
  const relative = 'node bin/frota'
  const has = (text: string) => assert.ok(text.includes(bare) || text.includes(relative), text)
  has((await home.run('tenant', 'ls')).stdout)
  has((await home.run('config', 'acme/p')).stderr)
  has((await home.run('ls')).stderr)
  has((await home.run('ls', '--help')).stdout)
})

test('start of a customer’s name alone says how all of its sessions are meant', async (t) => {
  const home = await fleetHome(t, { FROTA_KINDS: KINDS })
  await home.frota('up')
  await home.frota('tenant', 'add', 'acme')
  await home.frota('add', 'acme/p', '--kind', 'pairable')
  const start = await home.run('start', 'acme')
  assert.deepEqual(
    [start.code, start.stderr],
    [2, 'frota: "acme" is a customer, not a session. (acme/ means all of its sessions)\n'],
  )
  const test = await home.run('notify', 'test')
  assert.deepEqual([test.code, test.stdout], [1, ''])
  assert.match(test.stderr, /^frota: Nothing was sent: no channel is set\. \(frota notify set /)
  const channel = await home.json('notify', 'set', 'acme', 'webhook', '--url', 'https://example.com/')
  assert.deepEqual([channel], await home.json('notify', 'ls', 'acme'), 'one thing in two forms')
  await home.frota('start', 'acme/')
  await home.reached('pairing', 'acme/p')
  await home.frota('do', 'acme/p', 'say', 'text=x')
  await home.until('the event', () => home.events('said').length > 0)
  const mistyped = await home.run('events', 'acme/p', '--type', 'siad')
  assert.deepEqual([mistyped.code, mistyped.stdout], [0, ''])
  assert.match(mistyped.stderr, /No event of the type "siad" has happened: did you mean "said"\? \(there are said/)
  await home.until('its memory', async () => (await home.row('acme/p'))?.rssBytes)
  const shown = await home.frota('show', 'acme/p')
  assert.match(shown, /^Times are in \S+\.\n/)
  assert.match(shown, /^rssBytes: \d+ MB$/m)
})
