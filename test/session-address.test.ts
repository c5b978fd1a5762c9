// A real session process at its own address.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { askAt } from './at-address.js'
import { type BuiltSession, buildSession } from './built-session.js'
import { makePlace, until } from './fake-supervisor.js'

let built: BuiltSession
before(async () => {
  built = await buildSession()
})
after(() => built.remove())

const MAX_BYTES = 100_000
const hooking = () => ({
  runModule: built.kind('scripted'),
  config: { act: 'hooks' },
  hooks: { echo: { maxBytes: MAX_BYTES } },
})

test('a hook with a binary body arrives byte for byte, is journalled, and is answered byte for byte', async (t) => {
  const place = await makePlace(t, hooking())
  const supervisor = await place.supervisor()
  writeFileSync(place.address, 'left over')
  const session = place.run(built.program)
  const { detail } = await supervisor.beatWhere((beat) => beat.state === 'ready')
  assert.equal(detail.id, 's-1')
  assert.equal(statSync(place.address).mode & 0o777, 0o600)
  const body = Buffer.concat([Buffer.from([0, 255, 13, 10, 0xc3, 0x28]), randomBytes(MAX_BYTES - 6)])
  const headers = { 'content-type': 'application/x-anything' }
  const answer = await askAt(place.address, '/hooks/echo/x?y', { token: place.welcome.hookToken, headers, body })
  assert.deepEqual([answer.status, answer.headers['content-type']], [200, 'application/x-anything'])
  assert.ok(answer.body.equals(body))
  await until(() => supervisor.events.some(({ type }) => type === 'hook'), 'the event')
  assert.equal(supervisor.events.find(({ type }) => type === 'hook')?.data.hex, body.toString('hex'))
  session.child.send('shutdown')
  assert.equal(await session.exited, 0)
  assert.equal(existsSync(place.address), false, 'a session takes its address away')
})

test('the port of a session tells how it goes and nothing else', async (t) => {
  const place = await makePlace(t, hooking())
  const supervisor = await place.supervisor()
  place.run(built.program)
  const { port } = await supervisor.beatWhere((beat) => beat.state === 'ready')
  for (const path of ['/commands/echo', '/hooks/echo']) {
    const asked = { method: 'POST', headers: { 'frota-token': place.welcome.hookToken } }
    assert.equal((await fetch(`http://127.0.0.1:${port}${path}`, asked)).status, 404)
  }
  assert.equal((await fetch(`http://127.0.0.1:${port}/health`)).status, 200)
})
