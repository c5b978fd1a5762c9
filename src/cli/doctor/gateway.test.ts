import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { Config } from '../../config/config.js'
import type { GatewayConfig } from '../../config/gateway.js'
import { checkGateway } from './gateway.js'

const DEFAULTS: GatewayConfig = {
  mode: 'auto',
  bind: '127.0.0.1',
  port: 0,
  publicUrl: 'http://127.0.0.1:3000',
  trustedProxies: [],
}

async function examine(gateway: Partial<GatewayConfig>, isUp: boolean) {
  const config = { gateway: { ...DEFAULTS, ...gateway } } as Config
  const findings = await checkGateway({ config, live: isUp ? ({} as never) : null })
  return findings.map(({ level, message }) => `${level}: ${message}`)
}

async function somebodyOn(t: TestContext, body: string): Promise<number> {
  const server = createServer((_, response) => response.end(body)).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return (server.address() as AddressInfo).port
}

test('with the fleet down the gateway’s port must be free', async (t) => {
  const port = await somebodyOn(t, '')
  assert.deepEqual(await examine({ port }, false), [`warn: 127.0.0.1:${port} cannot be used (EADDRINUSE).`])
  assert.deepEqual(await examine({}, false), ['ok: 127.0.0.1:any free port is free'])
  assert.deepEqual(await examine({ port, mode: 'off' }, false), ['ok: off: nothing is received (FROTA_GATEWAY)'])
  assert.match(String(await examine({ bind: '192.0.2.1', port: 9 }, false)), /cannot be used \(EADDRNOTAVAIL\)/)
})

test('with the fleet up the port answers as the gateway does, or as somebody else', async (t) => {
  const [ours, other] = [await somebodyOn(t, '{"ok":true,"lastTickMsAgo":3}'), await somebodyOn(t, 'hello')]
  assert.deepEqual(await examine({ port: ours }, true), [`ok: answers on 127.0.0.1:${ours}`])
  assert.match(String(await examine({ port: other }, true)), /^warn: It is not the gateway that answers/)
  assert.match(String(await examine({ port: 1 }, true)), /^ok: does not run/)
  assert.match(String(await examine({ port: 1, mode: 'on' }, true)), /^warn: Nobody listens on 127\.0\.0\.1:1\./)
})

test('a gateway on the network that has no public address is told, and a proxy that nobody named', async () => {
  const [, open] = await examine({ bind: '0.0.0.0', publicUrl: null }, false)
  assert.equal(open, 'warn: It listens on 0.0.0.0, and FROTA_PUBLIC_URL is not set.')
  assert.match(String(await examine({ publicUrl: null }, false)), /warn: PORT is 0/)
  const outside = { publicUrl: 'https://bots.example.com' }
  assert.match(String(await examine(outside, false)), /warn: Whoever calls https:\/\/bots\.example\.com/)
  assert.equal((await examine({ ...outside, trustedProxies: ['10.0.0.1'] }, false)).length, 1)
})
