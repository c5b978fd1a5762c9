import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gatewayConfig } from './gateway.js'
import { NAMES, type Name } from './names.js'
import { type Given, pick } from './values.js'

function read(env: Record<string, string> = {}) {
  const problems: string[] = []
  const given = Object.fromEntries(NAMES.map((name) => [name, pick(name, env, {})])) as Record<Name, Given>
  return { config: gatewayConfig(given, problems), problems }
}

test('with nothing set the gateway listens on this machine alone, and links lead there', () => {
  assert.deepEqual(read(), {
    config: {
      mode: 'auto',
      bind: '127.0.0.1',
      port: 3000,
      publicUrl: 'http://127.0.0.1:3000',
      trustedProxies: [],
    },
    problems: [],
  })
  assert.equal(read({ FROTA_BIND: '::1', PORT: '80' }).config.publicUrl, 'http://[::1]:80')
  assert.equal(read({ FROTA_BIND: 'localhost' }).config.bind, '127.0.0.1')
})

test('what listens on the network, or on any free port, has no address until one is set', () => {
  assert.equal(read({ FROTA_BIND: '0.0.0.0' }).config.publicUrl, null)
  assert.equal(read({ PORT: '0' }).config.publicUrl, null)
  const set = { FROTA_BIND: '0.0.0.0', FROTA_PUBLIC_URL: 'https://Bots.Example.com/' }
  assert.deepEqual(read(set), {
    config: { ...read(set).config, publicUrl: 'https://bots.example.com' },
    problems: [],
  })
  assert.equal(read({ FROTA_PUBLIC_URL: 'http://localhost:8080' }).config.publicUrl, 'http://localhost:8080')
})

test('a public address is an origin in https and nothing else', () => {
  for (const [text, why] of [
    ['bots.example.com', /is not an address/],
    ['ftp://bots.example.com', /is not an address/],
    ['http://bots.example.com', /must begin with https/],
    ['http://10.0.0.1', /must begin with https/],
    ['http://127.evil.example', /must begin with https/],
    ['https://me:word@bots.example.com', /user name/],
    ['https://bots.example.com/a', /no path/],
    ['https://bots.example.com/..', /no path/],
    ['https://bots.example.com//', /no path/],
    ['https:\\\\bots.example.com', /no path/],
    ['https://bots.example.com/?a=1', /no path/],
    ['https://bots.example.com#a', /no path/],
  ] as const) {
    const { config, problems } = read({ FROTA_PUBLIC_URL: text })
    assert.match(problems.join(), why, text)
    assert.match(problems.join(), /^FROTA_PUBLIC_URL /)
    assert.equal(config.publicUrl, 'http://127.0.0.1:3000')
  }
})

test('everything that is wrong is told at once: address, port, mode, proxies', () => {
  const { problems } = read({
    FROTA_BIND: 'eth0',
    PORT: '70000',
    FROTA_GATEWAY: 'maybe',
    FROTA_TRUSTED_PROXIES: '10.0.0.0/8, caddy, 0.0.0.0/0',
  })
  assert.equal(problems.length, 5)
  for (const named of [
    /^FROTA_BIND is "eth0"/,
    /^PORT /,
    /^FROTA_GATEWAY /,
    /"caddy"/,
    /"0\.0\.0\.0\/0": whoever calls/,
  ])
    assert.ok(
      problems.some((problem) => named.test(problem)),
      String(named),
    )
})

test('trusted proxies are addresses and networks', () => {
  const { config, problems } = read({ FROTA_TRUSTED_PROXIES: '10.0.0.1,172.16.0.0/12 fd00::/8' })
  assert.deepEqual([config.trustedProxies, problems], [['10.0.0.1', '172.16.0.0/12', 'fd00::/8'], []])
})
