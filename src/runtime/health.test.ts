import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { statusFor } from '../../test/by-host.js'
import { freePort } from '../../test/free-port.js'
import { listenHealth } from './health.js'

async function aSessionsPort(t: TestContext, offered?: readonly number[]) {
  const health = await listenHealth({
    ports: offered ?? [await freePort()],
    health: () => ({ ready: true, body: {} }),
    metrics: async () => 'metrics',
    onError: assert.fail,
  })
  t.after(() => health.close())
  return health
}

async function squat(t: TestContext, port: number) {
  const server = createServer().listen(port, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
}

test('a session with all its offered ports taken goes upward', async (t) => {
  const port = await freePort()
  await squat(t, port)
  const health = await aSessionsPort(t, [port])
  assert.ok(health.port > port && health.port <= port + 100, String(health.port))
})

test('a session that was offered no port that can be bound lets the kernel choose one', async (t) => {
  await squat(t, 65_535)
  const health = await aSessionsPort(t, [65_535])
  assert.ok(health.port > 0 && health.port < 65_535)
  assert.equal(await statusFor(health.port, '/health', '127.0.0.1'), 200)
})

test('hundreds of connections that say nothing, or half a question, keep nobody from being answered', async (t) => {
  const health = await aSessionsPort(t)
  const lines = Array.from({ length: 300 }, (_, i) => {
    const line = connect(health.port, '127.0.0.1')
    line.on('error', () => undefined)
    if (i % 2 === 0) line.write('GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\n')
    return line
  })
  t.after(() => lines.map((line) => line.destroy()))
  await Promise.all(lines.map((line) => once(line, 'connect')))
  assert.equal(await statusFor(health.port, '/metrics', '127.0.0.1'), 200)
})

test('commands and hooks are not for a port: whoever was given a freed one would hear them', async (t) => {
  const { port } = await aSessionsPort(t)
  for (const path of ['/commands/echo', '/hooks/stripe']) assert.equal(await statusFor(port, path, 'localhost'), 404)
})

test('a session answers to names of this machine only: a page that points its own name here reads nothing', async (t) => {
  const health = await aSessionsPort(t)
  for (const path of ['/health', '/metrics', '/other']) {
    assert.equal(await statusFor(health.port, path, `evil.example:${health.port}`), 421)
  }
  for (const host of ['localhost', `127.0.0.1:${health.port}`, '[::1]']) {
    assert.equal(await statusFor(health.port, '/health', host), 200)
  }
})
