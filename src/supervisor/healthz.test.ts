import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { statusFor } from '../../test/by-host.js'
import { keepHealthz, listenHealthz } from './healthz.js'

test('/healthz is well while the loop turns, and ill when it has not for half a minute', async (t) => {
  let lastTickMs = performance.now()
  const healthz = await listenHealthz(0, () => lastTickMs)
  t.after(() => healthz.close())
  const url = `http://127.0.0.1:${healthz.port}`
  assert.equal((await fetch(`${url}/healthz`)).status, 200)
  assert.equal((await fetch(`${url}/other`)).status, 404)
  lastTickMs -= 31_000
  assert.equal((await fetch(`${url}/healthz`)).status, 503)
})

test('/healthz answers to names of this machine only: a page that points its own name here reads nothing', async (t) => {
  const healthz = await listenHealthz(0, () => performance.now())
  t.after(() => healthz.close())
  assert.equal(await statusFor(healthz.port, '/healthz', 'evil.example'), 421)
  assert.equal(await statusFor(healthz.port, '/healthz', 'localhost:3000'), 200)
})

test('hundreds of connections that say nothing are dropped, and nobody waits for them', async (t) => {
  const healthz = await listenHealthz(0, () => performance.now())
  t.after(() => healthz.close())
  const lines = Array.from({ length: 300 }, (_, i) => {
    const line = connect(healthz.port, '127.0.0.1')
    line.on('error', () => undefined)
    line.resume()
    if (i % 2 === 0) line.write('GET /healthz HTTP/1.1\r\nhost: x\r\n')
    return line
  })
  t.after(() => lines.map((line) => line.destroy()))
  const dropped = Promise.all(lines.map((line) => once(line, 'close', { signal: AbortSignal.timeout(25_000) })))
  assert.equal((await fetch(`http://127.0.0.1:${healthz.port}/healthz`)).status, 200)
  await dropped
})

test('a port that is taken is told of, and answered on as soon as it is free', async (t) => {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const lastTickMs = () => performance.now()
  const other = await listenHealthz(0, lastTickMs)
  const healthz = await keepHealthz(other.port, lastTickMs, log, 20)
  t.after(() => healthz.close())
  assert.match(healthz.problem() ?? '', new RegExp(`^/healthz is not answered: PORT ${other.port} .*EADDRINUSE`))
  other.close()
  while (healthz.problem() !== null) await sleep(10)
  assert.equal((await fetch(`http://127.0.0.1:${other.port}/healthz`)).status, 200)
})
