import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { type TestContext, test } from 'node:test'
import { isPublicAddress, isPublicHost } from './addresses.js'
import { PRIVATE_ADDRESS, publicLookup } from './public-lookup.js'

const A = 1
const AAAA = 28

/** A name server that gives every name these addresses; IPv6 ones with all their eight groups. */
async function nameServer(t: TestContext, addresses: string[]): Promise<LookupFunction> {
  const server = createSocket('udp4', (query, from) => {
    const question = query.subarray(12, query.indexOf(0, 12) + 5)
    const type = question.readUInt16BE(question.length - 4)
    const answers = addresses.filter((address) => (address.includes(':') ? AAAA : A) === type).map(answerOf)
    const header = Buffer.from([...query.subarray(0, 2), 0x81, 0x80, 0, 1, 0, answers.length, 0, 0, 0, 0])
    server.send(Buffer.concat([header, question, ...answers]), from.port, from.address)
  }).bind(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return publicLookup([`127.0.0.1:${server.address().port}`])
}

function answerOf(address: string): Buffer {
  const data = address.includes(':')
    ? Buffer.from(
        address
          .split(':')
          .map((group) => group.padStart(4, '0'))
          .join(''),
        'hex',
      )
    : Buffer.from(address.split('.').map(Number))
  const type = address.includes(':') ? AAAA : A
  return Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length, ...data])
}

const ask = (lookup: LookupFunction, options: { all: boolean; family?: number }) =>
  new Promise((resolve) =>
    lookup('name.example', options, (error, found, family) => resolve(error ? error.code : [found, family])),
  )

test('a name is resolved to its public addresses only, and is refused when it has none', async (t) => {
  const six = '2606:4700:0:0:0:0:0:1111'
  const mixed = await nameServer(t, ['10.0.0.1', '8.8.8.8', '0:0:0:0:0:0:0:1', six])
  const [eight, public6] = [
    { address: '8.8.8.8', family: 4 },
    { address: '2606:4700::1111', family: 6 },
  ]
  assert.deepEqual(await ask(mixed, { all: true }), [[eight, public6], undefined])
  assert.deepEqual(await ask(mixed, { all: true, family: 6 }), [[public6], undefined])
  assert.deepEqual(await ask(mixed, { all: false }), ['8.8.8.8', 4])
  assert.deepEqual(await ask(await nameServer(t, ['192.168.1.1', six]), { all: false }), ['2606:4700::1111', 6])
  assert.equal(await ask(await nameServer(t, ['127.0.0.1']), { all: true }), PRIVATE_ADDRESS)
  assert.equal(await ask(await nameServer(t, []), { all: true }), 'ENODATA')
})

test('a name that answers with this machine is never connected to', async (t) => {
  let asked = 0
  const server = createServer((_request, response) => {
    asked += 1
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const lookup = await nameServer(t, ['127.0.0.1'])
  const code = await new Promise((resolve) => {
    request(`http://rebound.example:${port}/`, { lookup, agent: false }, () => resolve('answered'))
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
