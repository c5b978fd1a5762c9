import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { type TestContext, test } from 'node:test'
import { createServer as createTlsServer } from 'node:tls'
import { generate } from 'selfsigned'
import { z } from 'zod'
import { problemOf } from '../../fleet/reach.js'
import type { Kind } from '../../kinds/kind.js'
import { whatsapp } from '../../kinds/whatsapp/kind.js'
import { targetsOf } from './network.js'

const kindOf = (reaches: (config: Record<string, unknown>) => string[]) =>
  ({ name: 'k', title: 'K', config: z.object({ at: z.string() }), reaches, run: new URL('file:///k.js') }) as Kind
const wanted = (session: string, kind: string, config = {}) => ({ session, kind, config })
const kindsOf = (known: Record<string, unknown>) => ({ get: (name: string) => known[name] as Kind | undefined })

async function listening<T extends Server>(t: TestContext, server: T): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return (server.address() as AddressInfo).port
}

test('each address is tried once, whoever needs it, by what the kinds say of the configs', () => {
  const kinds = kindsOf({ k: kindOf(({ at }) => [String(at)]), whatsapp, silent: kindOf(() => []) })
  const { targets, problems } = targetsOf(
    [
      wanted('acme/a', 'whatsapp'),
      wanted('acme/b', 'whatsapp'),
      wanted('acme/sim', 'whatsapp', { endpoint: 'https://127.0.0.1:7001' }),
      wanted('acme/c', 'k', { at: 'wss://stream.example.com:9443/ws' }),
      wanted('acme/d', 'k', { at: 'http://[::1]/' }),
      wanted('acme/name', 'k', { at: 'https://127.example.com/' }),
      wanted('acme/unset', 'k'),
      wanted('acme/e', 'silent', { at: '' }),
      wanted('acme/f', 'gone'),
    ],
    kinds,
  )
  assert.deepEqual(problems, [])
  assert.deepEqual(targets, [
    { host: 'web.whatsapp.com', port: 443, isSecure: true, sessions: ['acme/a', 'acme/b'] },
    { host: '127.0.0.1', port: 7001, isSecure: false, sessions: ['acme/sim'] },
    { host: 'stream.example.com', port: 9443, isSecure: true, sessions: ['acme/c'] },
    { host: '::1', port: 80, isSecure: false, sessions: ['acme/d'] },
    { host: '127.example.com', port: 443, isSecure: true, sessions: ['acme/name'] },
  ])
})

test('a kind that says nonsense of its addresses is told, and the others are tried', () => {
  const broken = kindsOf({ k: kindOf(({ at }) => [String(at)]), whatsapp })
  const asked = [
    wanted('acme/a', 'k', { at: 'not a url' }),
    wanted('acme/b', 'k', { at: 'ftp://x' }),
    wanted('acme/c', 'whatsapp'),
  ]
  const { targets, problems } = targetsOf(asked, broken)
  assert.deepEqual([targets.length, problems.length], [1, 1])
  assert.match(problems[0]?.message ?? '', /^Kind k does not say what acme\/\w reaches: /)
})

test('what keeps a host from being reached is named: its name, its port, its certificate, its silence', async (t) => {
  const plain = await listening(t, createServer())
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }])
  const secure = await listening(t, createTlsServer({ key, cert }))
  const at = (port: number, isSecure: boolean, host = '127.0.0.1') => problemOf({ host, port, isSecure }, 3_000)
  assert.equal(await at(plain, false), null)
  assert.match((await at(1, false)) ?? '', /ECONNREFUSED 127\.0\.0\.1:1 \(nobody listens there\)/)
  assert.match((await at(secure, true)) ?? '', /\(its certificate is signed by nobody we know\)/)
  assert.match((await at(443, true, 'no-such-host.invalid')) ?? '', /no-such-host\.invalid|DNS did not answer/)
  assert.match(
    (await problemOf({ host: '127.0.0.1', port: plain, isSecure: true }, 300)) ?? '',
    /nobody there speaks TLS within 0\.3 s/,
  )
})
