import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, existsSync, lstatSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { askAt } from '../../test/at-address.js'
import { askSession } from '../supervisor/ask.js'
import { listenAtAddress } from './address.js'
import { commandsOf } from './commands.js'
import { hooksOf } from './hooks.js'

const quiet = () => undefined
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet }
const TOKENS = { commandToken: 'command-token', hookToken: 'hook-token' }

function aPlace(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), 'frota-address-'))
  t.after(() => rmSync(dir, { recursive: true }))
  return { dir, path: join(dir, 'run-1.sock') }
}

async function anAddress(t: TestContext) {
  const { dir, path } = aPlace(t)
  writeFileSync(path, 'left over by a run that was killed')
  const { signal } = new AbortController()
  const commands = commandsOf({ names: ['echo'], signal, log, redact: String })
  const hooks = hooksOf({ specs: { stripe: { maxBytes: 10 } }, signal, log })
  commands.on('echo', async (input) => input)
  hooks.on('stripe', async () => ({ status: 204 }))
  const address = await listenAtAddress({ path, commands, hooks, ...TOKENS, onError: assert.fail })
  t.after(() => address.close())
  return { dir, path, address, commands }
}

const ask = (address: string) => askSession({ address, command: 'echo', input: { n: 1 }, token: TOKENS.commandToken })

test('a session listens for its user alone, in place of what a killed one left, and takes its socket away', async (t) => {
  const { path, address } = await anAddress(t)
  assert.equal(lstatSync(path).mode & 0o777, 0o600)
  assert.deepEqual(await ask(path), { n: 1 })
  address.close()
  assert.equal(existsSync(path), false)
})

test('a directory that others may write to is no place for an address', async (t) => {
  const { dir, path } = aPlace(t)
  chmodSync(dir, 0o777)
  const { signal } = new AbortController()
  const commands = commandsOf({ names: [], signal, log, redact: String })
  const parts = { path, commands, hooks: hooksOf({ specs: {}, signal, log }), ...TOKENS, onError: assert.fail }
  await assert.rejects(listenAtAddress(parts), /other users may write to/)
})

test('each door has a token of its own: what the gateway shows opens hooks and runs no command', async (t) => {
  const { path } = await anAddress(t)
  const { commandToken, hookToken } = TOKENS
  for (const [door, token, status] of [
    ['/commands/echo', commandToken, 200],
    ['/commands/echo', hookToken, 401],
    ['/commands/echo', '', 401],
    ['/commands/echo', `${commandToken}-and-more`, 401],
    ['/hooks/stripe', hookToken, 204],
    ['/hooks/stripe', commandToken, 401],
    ['/hooks/stripe/a?b=c', hookToken, 204],
    ['/hooks/stripe', `${hookToken}, ${hookToken}`, 401],
    ['/hooks/', hookToken, 404],
    ['/commands/echo/more', commandToken, 404],
    ['/commands/echo?more', commandToken, 404],
    ['/health', commandToken, 404],
    ['/../commands/echo', commandToken, 404],
  ] as const) {
    assert.equal((await askAt(path, door, { token })).status, status, `${door} with ${token}`)
  }
  assert.equal((await askAt(path, '/commands/echo')).status, 401)
  assert.equal((await askAt(path, '/commands/echo', { token: commandToken, method: 'GET' })).status, 405)
  // Whoever calls a hook may log in there as they like: that header is theirs, and opens nothing of ours.
  const bearer = { headers: { authorization: `Bearer ${commandToken}` } }
  assert.equal((await askAt(path, '/commands/echo', bearer)).status, 401)
})

test('hundreds of connections that say nothing, or half a question, block no command', async (t) => {
  const { path } = await anAddress(t)
  const lines = Array.from({ length: 300 }, (_, i) => {
    const line = connect(path)
    line.on('error', quiet)
    if (i % 2 === 0) line.write('POST /commands/echo HTTP/1.1\r\nhost: x\r\n')
    return line
  })
  t.after(() => lines.map((line) => line.destroy()))
  await Promise.all(lines.map((line) => once(line, 'connect')))
  assert.deepEqual(await ask(path), { n: 1 })
})

test('a command that is at work is not cut off by those who connect meanwhile', async (t) => {
  const { path, commands } = await anAddress(t)
  const gate = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  commands.on('echo', async (input) => {
    begun.resolve()
    await gate.promise
    return input
  })
  const answer = ask(path)
  await begun.promise
  for (let i = 0; i < 200; i++) {
    const line = connect(path)
    line.on('error', quiet)
    t.after(() => line.destroy())
    await once(line, 'connect')
  }
  gate.resolve()
  assert.deepEqual(await answer, { n: 1 })
})
