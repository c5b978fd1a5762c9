// What anybody may send: bounds in size, time and number, with bare connections for what no honest client does.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { type AGateway, aGateway, OPAQUE, statusOf } from '../../../test/a-gateway.js'

const HOOK = `/hooks/${OPAQUE}/shop`
const head = (...lines: string[]) => `${[`POST ${HOOK} HTTP/1.1`, 'Host: x', ...lines].join('\r\n')}\r\n\r\n`

/** A session that answers at once, and how often it was asked. */
async function withSession(gateway: AGateway, hook = {}) {
  const asked: string[] = []
  const address = await gateway.session(({ body }, response) => {
    asked.push(String(body))
    response.end('ok')
  })
  gateway.routes.take([gateway.route(address, hook)])
  return asked
}

test('a body over the hook’s bound is 413, whether its length is said or not, and the session hears nothing', async (t) => {
  const gateway = await aGateway(t)
  const asked = await withSession(gateway, { maxBytes: 10 })
  const said = await gateway.raw(head('Content-Length: 11', 'Connection: close') + 'x'.repeat(11))
  const unsaid = await gateway.raw(
    `${head('Transfer-Encoding: chunked', 'Connection: close')}6\r\nabcdef\r\n6\r\nabcdef\r\n0\r\n\r\n`,
  )
  assert.deepEqual([said, unsaid].map(statusOf), [413, 413])
  assert.deepEqual(asked, [])
  assert.equal((await fetch(gateway.hook(), { method: 'POST', body: '0123456789' })).status, 200)
  // 1 MB unless the kind says otherwise.
  await withSession(gateway)
  assert.equal((await fetch(gateway.hook(), { method: 'POST', body: Buffer.alloc(1024 * 1024) })).status, 200)
  assert.equal((await fetch(gateway.hook(), { method: 'POST', body: Buffer.alloc(1024 * 1024 + 1) })).status, 413)
})

test('who sends without end what was refused is cut off; who asks first is told to go on only where it may', async (t) => {
  const gateway = await aGateway(t)
  const asked = await withSession(gateway, { maxBytes: 10 })
  const { line, closed } = gateway.line()
  line.write(head('Transfer-Encoding: chunked'))
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
  const sending = setInterval(() => line.writable && line.write(chunk), 1)
  assert.equal(statusOf(await closed), 413)
  clearInterval(sending)

  const polite = gateway.line()
  polite.line.write(head('Content-Length: 5', 'Expect: 100-continue', 'Connection: close'))
  await once(polite.line, 'data')
  assert.equal(polite.said.text, 'HTTP/1.1 100 Continue\r\n\r\n')
  polite.line.write('12345')
  assert.match(await polite.closed, /100 Continue\r\n\r\nHTTP\/1\.1 200 /)
  assert.deepEqual(asked, ['12345'])
  const refused = await gateway.raw(head('Content-Length: 11', 'Expect: 100-continue', 'Connection: close'))
  assert.equal(statusOf(refused), 413)
})

test('a hook takes its minute’s worth and no more, and says when to come again; others are not held up', async (t) => {
  const gateway = await aGateway(t)
  const address = await gateway.session((_, response) => response.end('ok'))
  const route = gateway.route(address, { perMinute: 2 })
  const other = { ...gateway.route(address), opaque: 'b'.repeat(43) }
  gateway.routes.take([route, other])
  const statuses = async (times: number) => {
    const answers = await Promise.all(Array.from({ length: times }, () => fetch(gateway.hook())))
    return answers.map(({ status }) => status)
  }
  assert.deepEqual(await statuses(2), [200, 200])
  const third = await fetch(gateway.hook())
  assert.deepEqual([third.status, third.headers.get('retry-after')], [429, '30'])
  assert.equal((await fetch(gateway.hook().replace(OPAQUE, other.opaque))).status, 200)
  gateway.routes.take([route, other])
  assert.deepEqual(await statuses(1), [429], 'told anew it is the same hook')
  gateway.clock.ms += 30_000
  assert.deepEqual(await statuses(1), [200])
  gateway.routes.take([gateway.route(address, { perMinute: 3 })])
  assert.deepEqual(await statuses(1), [200], 'another bound begins anew')
})

test('a session that is slow has so many at once and no more; the house goes on', async (t) => {
  const gateway = await aGateway(t)
  const waiting: (() => void)[] = []
  const address = await gateway.session((_, response) => void waiting.push(() => response.end('ok')))
  gateway.routes.take([gateway.route(address)])
  const answers = Array.from({ length: 16 }, () => fetch(gateway.hook()))
  while (waiting.length < 16) await new Promise(setImmediate)
  assert.equal(gateway.server.inFlight(), 16)
  const more = await fetch(gateway.hook())
  assert.deepEqual([more.status, more.headers.get('retry-after')], [429, '1'])
  assert.equal((await fetch(`${gateway.url}/healthz`)).status, 200)
  for (const finish of waiting) finish()
  assert.deepEqual(
    (await Promise.all(answers)).map(({ status }) => status),
    Array(16).fill(200),
  )
  while (gateway.server.inFlight() > 0) await new Promise(setImmediate)
})

test('who asks for what is not there again and again is told to stop, by address; hooks are served all the same', async (t) => {
  const gateway = await aGateway(t, { trusted: ['127.0.0.1'] })
  await withSession(gateway)
  const guess = (caller: string) => fetch(`${gateway.url}/hooks/x/y`, { headers: { 'x-forwarded-for': caller } })
  const statuses = []
  for (let i = 0; i < 61; i++) statuses.push((await guess('192.0.2.1')).status)
  assert.deepEqual(statuses, [...Array(60).fill(404), 429])
  assert.equal((await guess('192.0.2.2')).status, 404)
  assert.equal((await fetch(gateway.hook(), { headers: { 'x-forwarded-for': '192.0.2.1' } })).status, 200)
  gateway.clock.ms += 1_000
  assert.equal((await guess('192.0.2.1')).status, 404)
})

test('a request that could be read in two ways is refused, and nothing behind it is taken for another', async (t) => {
  const gateway = await aGateway(t)
  const asked = await withSession(gateway)
  const hidden = `POST ${HOOK} HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nhidden`
  const smuggled = [
    `${head('Content-Length: 4', 'Transfer-Encoding: chunked')}0\r\n\r\n${hidden}`,
    `${head('Transfer-Encoding: chunked', 'Content-Length: 4')}0\r\n\r\n${hidden}`,
    `${head('Content-Length: 0', 'Content-Length: 5')}${hidden}`,
    `${head('Transfer-Encoding: xchunked')}0\r\n\r\n${hidden}`,
    `${head('Transfer-Encoding: chunked, identity')}0\r\n\r\n${hidden}`,
    `${head('Content-Length : 4')}${hidden}`,
    `${head('Content-Length: +4')}${hidden}`,
    `${head('X: a\r\n Content-Length: 4')}${hidden}`,
    `${head('Transfer-Encoding: chunked')}1;\n\r\nx\r\n0\r\n\r\n${hidden}`,
    `POST ${HOOK} HTTP/1.1\nHost: x\nContent-Length: 0\n\n${hidden}`,
    `POST ${HOOK} HTTP/1.1\r\nHost: x\r\nX: \0\r\n\r\n${hidden}`,
    `POST ${HOOK} HTTP/9.9\r\nHost: x\r\n\r\n${hidden}`,
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  ]
  const answers = await Promise.all(smuggled.map((text) => gateway.raw(Buffer.from(text, 'latin1'))))
  assert.deepEqual(
    answers.map((answer) => answer.match(/HTTP\/1\.1 \d{3}/g)),
    smuggled.map(() => ['HTTP/1.1 400']),
  )
  assert.equal(statusOf(await gateway.raw(`POST ${HOOK} HTTP/1.1\r\nContent-Length: 0\r\n\r\n`)), 400, 'no Host')
  assert.deepEqual(asked, [])
  assert.equal(gateway.counters.read().malformed, smuggled.length)
})

test('headers over their bound are 431; a tunnel is not opened; an upgrade is an ordinary request', async (t) => {
  const gateway = await aGateway(t)
  const asked = await withSession(gateway)
  assert.equal(statusOf(await gateway.raw(head(`X: ${'y'.repeat(17_000)}`))), 431)
  assert.equal(statusOf(await gateway.raw(`GET /${'y'.repeat(17_000)} HTTP/1.1\r\nHost: x\r\n\r\n`)), 431)
  assert.equal(await gateway.raw('CONNECT 10.0.0.1:22 HTTP/1.1\r\nHost: x\r\n\r\n'), '')
  assert.deepEqual(asked, [])
  const upgrade = await gateway.raw(
    `GET ${HOOK} HTTP/1.1\r\nHost: x\r\nConnection: upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n`,
  )
  assert.equal(statusOf(upgrade), 200)
})

test('who sends slowly is ended, in the head and in the body, and holds nobody up', async (t) => {
  const gateway = await aGateway(t, { bounds: { headersWithinMs: 300, requestWithinMs: 600 } })
  const asked = await withSession(gateway)
  const inHead = gateway.line()
  inHead.line.write(`POST ${HOOK} HTTP/1.1\r\nHost: x\r\n`)
  const inBody = gateway.line()
  inBody.line.write(head('Content-Length: 1000'))
  const dripping = setInterval(() => {
    for (const { line } of [inHead, inBody]) if (line.writable) line.write(line === inHead.line ? 'X: y\r\n' : 'z')
  }, 50)
  const [first, second] = await Promise.all([inHead.closed, inBody.closed])
  clearInterval(dripping)
  assert.deepEqual([first, second].map(statusOf), [408, 408])
  assert.deepEqual(asked, [])
  while (gateway.server.inFlight() > 0) await new Promise(setImmediate)
})

test('who does not read its answer is ended: nothing is kept for it', async (t) => {
  const gateway = await aGateway(t, { bounds: { sendWithinMs: 200 } })
  const address = await gateway.session((_, response) => response.end(Buffer.alloc(10_000_000)))
  gateway.routes.take([gateway.route(address)])
  const { line } = gateway.line()
  const ended = once(line, 'close')
  line.pause()
  line.write(head('Content-Length: 0'))
  while (gateway.counters.read().received === 0 || gateway.server.inFlight() > 0) await new Promise(setImmediate)
  await new Promise((resolve) => setTimeout(resolve, 400))
  line.resume()
  await ended
  assert.ok(line.bytesRead < 10_000_000, String(line.bytesRead))
})

test('connections without number: the idle ones make room, and whoever comes with something is heard', async (t) => {
  const gateway = await aGateway(t, { bounds: { maxConnections: 50 } })
  await withSession(gateway)
  const lines = Array.from({ length: 200 }, () => gateway.line())
  const first = lines[0]
  await first?.closed
  assert.equal((await fetch(gateway.hook(), { method: 'POST', body: 'x' })).status, 200)
})

test('a caller who goes away before all was sent is forgotten, and the session hears nothing', async (t) => {
  const gateway = await aGateway(t)
  const asked = await withSession(gateway)
  const { line } = gateway.line()
  line.write(`${head('Content-Length: 10')}12345`)
  while (gateway.server.inFlight() === 0) await new Promise(setImmediate)
  line.destroy()
  while (gateway.server.inFlight() > 0) await new Promise(setImmediate)
  assert.deepEqual(asked, [])
})

test('answers that nobody reads stay under way, in their hook’s share of the room; other hooks go on', async (t) => {
  const gateway = await aGateway(t)
  const large = Buffer.alloc(9 * 1024 * 1024)
  const address = await gateway.session((_, response) => response.end(large))
  const small = await gateway.session((_, response) => response.end('ok'))
  gateway.routes.take([gateway.route(address), { ...gateway.route(small), opaque: 'b'.repeat(43) }])
  const unread = []
  for (let i = 0; i < 2; i++) {
    const { line } = gateway.line()
    line.write(head('Content-Length: 0'))
    await once(line, 'data')
    line.pause()
    unread.push(line)
  }
  assert.equal(gateway.server.inFlight(), 2)
  const more = await fetch(gateway.hook(), { method: 'POST' })
  assert.deepEqual([more.status, more.headers.get('retry-after')], [503, '1'])
  const other = gateway.hook().replace(OPAQUE, 'b'.repeat(43))
  assert.equal((await fetch(other, { method: 'POST', body: Buffer.alloc(1024 * 1024) })).status, 200)
  for (const line of unread) line.destroy()
  while (gateway.server.inFlight() > 0) await new Promise(setImmediate)
  assert.equal((await fetch(gateway.hook(), { method: 'POST' })).status, 200)
})

test('requests that were sent one behind the other are no longer under way when their connection is gone', async (t) => {
  const gateway = await aGateway(t)
  let asked = 0
  const address = await gateway.session((_, response) => {
    if (++asked > 1) response.end('ok')
  })
  gateway.routes.take([gateway.route(address)])
  const { line } = gateway.line()
  line.write(head('Content-Length: 0').repeat(12))
  while (asked < 12) await new Promise(setImmediate)
  line.destroy()
  while (gateway.server.inFlight() > 1) await new Promise(setImmediate)
})
