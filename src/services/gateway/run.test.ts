import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { OPAQUE } from '../../../test/a-gateway.js'
import type { Route } from '../../core/protocol.js'
import { type GatewayContext, run } from './run.js'

type Report = { state: string; reason: string | undefined; port: unknown }

function aContext(port: number) {
  const stopping = new AbortController()
  const reports: Report[] = []
  const first = Promise.withResolvers<Report>()
  const ready = Promise.withResolvers<Report>()
  let tell: (routes: readonly Route[]) => void = () => assert.fail('nobody listens for routes')
  const ctx: GatewayContext = {
    signal: stopping.signal,
    config: { bind: '127.0.0.1', port, trustedProxies: [], publicUrl: null },
    log: { info: () => undefined, warn: (message) => assert.fail(message) },
    report(state, { reason, detail } = {}) {
      const report = { state, reason, port: detail?.port }
      reports.push(report)
      first.resolve(report)
      if (state === 'ready') ready.resolve(report)
    },
    supervisor: {
      onRoutes: (listener) => {
        tell = listener
      },
      lastTickMsAgo: () => 31_000,
      call: () => assert.fail('nobody asks'),
    },
  }
  return {
    ctx,
    stop: () => stopping.abort(),
    reports,
    first: first.promise,
    ready: ready.promise,
    tell: (r: Route[]) => tell(r),
  }
}

test('the gateway answers nobody before it knows who may be called, and ends when it is told to', async () => {
  const { ctx, stop, reports, ready, tell } = aContext(0)
  const running = run(ctx)
  await new Promise(setImmediate)
  assert.deepEqual(reports, [])
  tell([
    {
      opaque: OPAQUE,
      session: 'acme/a',
      kind: 'k',
      address: null,
      token: '',
      hooks: [{ name: 'shop', maxBytes: 1, perMinute: 1 }],
    },
  ])
  const { port } = await ready
  const url = `http://127.0.0.1:${port}`
  assert.equal((await fetch(`${url}/hooks/${OPAQUE}/shop`)).status, 503)
  const health = await fetch(`${url}/healthz`)
  assert.deepEqual([health.status, await health.json()], [503, { ok: false, lastTickMsAgo: 31_000 }])
  stop()
  await running
  await assert.rejects(fetch(url))
})

test('a port that is taken is told, and answered on as soon as it is free', async (t) => {
  const squatter = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => squatter.once('listening', resolve))
  t.after(() => squatter.close())
  const { port } = squatter.address() as { port: number }
  const { ctx, stop, first, ready, tell } = aContext(port)
  const running = run(ctx, { tryAgainMs: 20 })
  tell([])
  assert.deepEqual(await first, {
    state: 'degraded',
    reason: `PORT ${port} on 127.0.0.1 cannot be used (EADDRINUSE): nothing is received`,
    port: undefined,
  })
  squatter.close()
  assert.equal((await ready).port, port)
  stop()
  await running
})

test('told to stop before it could begin, it ends', async () => {
  const { ctx, stop, reports } = aContext(0)
  const running = run(ctx)
  stop()
  await running
  assert.deepEqual(reports, [])
})
