import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { statusFor } from '../../test/by-host.js'
import { freePort } from '../../test/fake-supervisor.js'
import type { JsonObject } from '../core/json.js'
import { askSession } from '../supervisor/ask.js'
import { commandsOf } from './commands.js'
import { listenHealth } from './health.js'

const TOKEN = 'command-token'

async function aSessionsPort(t: TestContext, offered?: readonly number[]) {
  const quiet = () => undefined
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet }
  const commands = commandsOf({
    names: ['echo'],
    token: TOKEN,
    signal: new AbortController().signal,
    log,
    redact: (text) => text,
  })
  const ports = offered ?? [await freePort()]
  const health = await listenHealth({
    ports,
    health: () => ({ ready: true, body: {} }),
    metrics: async () => 'metrics',
    commands,
    onError: assert.fail,
  })
  t.after(() => health.close())
  return { health, commands }
}

const echo = async (input: JsonObject) => input
const ask = (port: number) => askSession({ port, command: 'echo', input: { n: 1 }, token: TOKEN })

async function squat(t: TestContext, port: number) {
  const server = createServer().listen(port, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
}

test('a session with all its offered ports taken goes upward', async (t) => {
  const port = await freePort()
  await squat(t, port)
  const { health } = await aSessionsPort(t, [port])
  assert.ok(health.port > port && health.port <= port + 100, String(health.port))
})

test('a session that was offered no port that can be bound lets the kernel choose one', async (t) => {
  await squat(t, 65_535)
  const { health } = await aSessionsPort(t, [65_535])
  assert.ok(health.port > 0 && health.port < 65_535)
  assert.equal(await statusFor(health.port, '/health', '127.0.0.1'), 200)
})

test('hundreds of connections that say nothing, or half a question, block no command', async (t) => {
  const { health, commands } = await aSessionsPort(t)
  commands.on('echo', echo)
  const lines = Array.from({ length: 300 }, (_, i) => {
    const line = connect(health.port, '127.0.0.1')
    line.on('error', () => undefined)
    if (i % 2 === 0) line.write('GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\n')
    return line
  })
  t.after(() => lines.map((line) => line.destroy()))
  await Promise.all(lines.map((line) => once(line, 'connect')))
  assert.deepEqual(await ask(health.port), { n: 1 })
})

test('a command that is at work is not cut off by those who connect meanwhile', async (t) => {
  const { health, commands } = await aSessionsPort(t)
  const gate = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  commands.on('echo', async (input) => {
    begun.resolve()
    await gate.promise
    return input
  })
  const answer = ask(health.port)
  await begun.promise
  for (let i = 0; i < 200; i++) {
    const line = connect(health.port, '127.0.0.1')
    line.on('error', () => undefined)
    t.after(() => line.destroy())
    await once(line, 'connect')
  }
  gate.resolve()
  assert.deepEqual(await answer, { n: 1 })
})

test('a session answers to names of this machine only: a page that points its own name here reads nothing', async (t) => {
  const { health } = await aSessionsPort(t)
  for (const path of ['/health', '/metrics', '/commands/echo']) {
    assert.equal(await statusFor(health.port, path, `evil.example:${health.port}`), 421)
  }
  for (const host of ['localhost', `127.0.0.1:${health.port}`, '[::1]']) {
    assert.equal(await statusFor(health.port, '/health', host), 200)
  }
})
