import assert from 'node:assert/strict'
import type { LookupAddress } from 'node:dns'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { isPublicAddress, isPublicHost } from './addresses.js'
import { PRIVATE_ADDRESS, publicLookup } from './public-lookup.js'

const answering = (...addresses: string[]) =>
  publicLookup((_name, _options, done) =>
    done(
      null,
      addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
    ),
  )

const ask = (lookup: ReturnType<typeof publicLookup>, all: boolean) =>
  new Promise((resolve) =>
    lookup('name.example', { all }, (error, found, family) => resolve(error ? error.code : [found, family])),
  )

test('a name is resolved to its public addresses only, and is refused when it has none', async () => {
  assert.deepEqual(await ask(answering('10.0.0.1', '8.8.8.8', '::1'), true), [
    [{ address: '8.8.8.8', family: 4 }],
    undefined,
  ])
  assert.deepEqual(await ask(answering('192.168.1.1', '2606:4700::1111'), false), ['2606:4700::1111', 6])
  assert.equal(await ask(answering('127.0.0.1'), true), PRIVATE_ADDRESS)
  assert.equal(await ask(answering(), true), PRIVATE_ADDRESS)
})

test('a name that answers with this machine is never connected to', async (t) => {
  let asked = 0
  const server = createServer((_request, response) => {
    asked += 1
    response.end()
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const code = await new Promise((resolve) => {
    const options = { lookup: answering('127.0.0.1'), agent: false }
    request(`http://rebound.example:${port}/`, options, () => resolve('answered'))
      .on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
      .end()
  })
  assert.deepEqual([code, asked], [PRIVATE_ADDRESS, 0])
})

test('what is public is so by its number, in whatever form it is written', () => {
  const closed = ['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.0.1', '169.254.169.254', '100.64.0.1', '0.0.0.0']
  closed.push('224.0.0.1', '255.255.255.255', '198.18.0.1', '::', '::1', '::ffff:10.0.0.1', '::ffff:a00:1', '::7f00:1')
  closed.push('fe80::1', 'fd00::1', 'fec0::1', 'ff02::1', '64:ff9b::a00:1', '2002:7f00:1::', '2001::1', '2001:db8::1')
  assert.deepEqual(closed.filter(isPublicAddress), [])
  const open = ['8.8.8.8', '1.1.1.1', '172.32.0.1', '::ffff:8.8.8.8', '2606:4700::1111']
  assert.deepEqual(open.filter(isPublicAddress), open)
  assert.equal(isPublicAddress('example.com'), false)
  const hosts = [
    'example.com',
    '[2606:4700::1111]',
    'x.internal',
    'hook',
    'localhost',
    '[::1]',
    '[::ffff:7f00:1]',
    '0.0.0.0',
  ]
  assert.deepEqual(hosts.map(isPublicHost), [true, true, false, false, false, false, false, false])
  for (const written of ['http://127.1/', 'http://0x7f000001/', 'http://2130706433/', 'http://0/'])
    assert.equal(isPublicHost(new URL(written).hostname), false, written)
})
