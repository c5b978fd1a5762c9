import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { aGateway, type Heard, OPAQUE, statusOf, TOKEN } from '../../../test/a-gateway.js'

const ok = (text = 'ok') => ({ status: 200, text })
const answerOf = async (response: Response) => ({ status: response.status, text: await response.text() })

test('what is sent to a hook comes to its session byte for byte, and its answer goes back so', async (t) => {
  const gateway = await aGateway(t)
  const heard: Heard[] = []
  const address = await gateway.session((what, response) => {
    heard.push(what)
    response.writeHead(202, 'Taken Gladly', ['X-Two', 'a', 'x-two', 'b', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'])
    response.end(Buffer.from([0, 255, 10, 13]))
  })
  gateway.routes.take([gateway.route(address)])
  const body = randomBytes(70_000)
  const head = [
    `PUT /hooks/${OPAQUE}/shop/a%2Fb/../%2e%2e//c;d=e?x=1&x=2&=%00+%20#f HTTP/1.1`,
    'Host: bots.example.com',
    'Stripe-Signature: t=1, v1=abc',
    'stripe-signature:   second one  ',
    'X-Latin: caf\xe9',
    'Authorization: Bearer of-the-sender',
    `Content-Length: ${body.length}`,
    'Connection: close, X-Secret-Hop, Host',
    'X-Secret-Hop: 1',
    'Keep-Alive: timeout=5',
    'Proxy-Authorization: Basic x',
    'TE: trailers',
    'Frota-Token: forged',
    'FROTA_TOKEN: forged',
  ].join('\r\n')
  const answer = await gateway.raw(Buffer.concat([Buffer.from(`${head}\r\n\r\n`, 'latin1'), body]))
  const [one] = heard
  assert.equal(heard.length, 1)
  assert.equal(one?.method, 'PUT')
  assert.equal(one?.url, '/hooks/shop/a%2Fb/../%2e%2e//c;d=e?x=1&x=2&=%00+%20#f')
  assert.deepEqual(
    [...(one?.rawHeaders ?? [])].slice(0, 14),
    [
      ['Host', 'bots.example.com'],
      ['Stripe-Signature', 't=1, v1=abc'],
      ['stripe-signature', 'second one'],
      ['X-Latin', 'caf\xe9'],
      ['Authorization', 'Bearer of-the-sender'],
      ['content-length', String(body.length)],
      ['frota-token', TOKEN],
    ].flat(),
  )
  assert.doesNotMatch(JSON.stringify(one?.rawHeaders), /forged|secret-hop|proxy/i)
  assert.ok(one?.body.equals(body))

  const [top = '', ...rest] = answer.split('\r\n\r\n')
  assert.match(top, /^HTTP\/1\.1 202 Taken Gladly\r\nX-Two: a\r\nx-two: b\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n/)
  assert.match(top, /\r\ncontent-length: 4\r\n/)
  assert.equal(rest.join(), '\x00\xff\n\r')
})

test('a body in pieces is handed over whole, with its length; no body stays none', async (t) => {
  const gateway = await aGateway(t)
  const heard: Heard[] = []
  const address = await gateway.session((what, response) => {
    heard.push(what)
    response.end('ok')
  })
  gateway.routes.take([gateway.route(address)])
  const head = `POST /hooks/${OPAQUE}/shop HTTP/1.1\r\nhost: x\r\nconnection: close\r\n`
  const chunked = await gateway.raw(
    `${head}transfer-encoding: chunked\r\ntrailer: t\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nt: 1\r\n\r\n`,
  )
  const empty = await gateway.raw(`${head}\r\n`)
  const get = await gateway.raw(`GET /hooks/${OPAQUE}/shop?a=b HTTP/1.0\r\n\r\n`)
  assert.deepEqual([chunked, empty, get].map(statusOf), [200, 200, 200])
  assert.deepEqual(
    heard.map(({ method, url, body, rawHeaders }) => [method, url, String(body), rawHeaders.join(' ')]),
    [
      ['POST', '/hooks/shop', 'abcde', `host x content-length 5 frota-token ${TOKEN} Connection close`],
      ['POST', '/hooks/shop', '', `host x content-length 0 frota-token ${TOKEN} Connection close`],
      ['GET', '/hooks/shop?a=b', '', `host localhost frota-token ${TOKEN} Connection close`],
    ],
  )
})

test('HEAD, 204 and 304 have no body, and no length that is not theirs', async (t) => {
  const gateway = await aGateway(t)
  const address = await gateway.session(({ method, url }, response) => {
    const status = Number(url.slice(-3))
    if (method === 'HEAD') response.setHeader('content-length', 7)
    response.writeHead(status).end(status === 200 ? 'content' : undefined)
  })
  gateway.routes.take([gateway.route(address)])
  const head = await fetch(gateway.hook('/200'), { method: 'HEAD' })
  assert.deepEqual([head.status, head.headers.get('content-length'), await head.text()], [200, '7', ''])
  for (const status of [204, 304]) {
    const answer = await gateway.raw(
      `GET /hooks/${OPAQUE}/shop/${status} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
    )
    assert.equal(statusOf(answer), status)
    assert.doesNotMatch(answer, /content-length|transfer-encoding/i)
    assert.ok(answer.endsWith('\r\n\r\n'))
  }
})

test('nothing tells an unknown address from an unknown name, or from any other path', async (t) => {
  const gateway = await aGateway(t)
  gateway.routes.take([gateway.route(await gateway.session((_, response) => response.end()))])
  const ask = (method: string, path: string) =>
    gateway.raw(`${method} ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\nconnection: close\r\n\r\nabc`)
  const paths = [
    `/hooks/${OPAQUE}/stripe`,
    `/hooks/${OPAQUE.slice(0, -1)}b/shop`,
    `/hooks/${OPAQUE}`,
    `/hooks/${OPAQUE}/`,
    `/hooks/${OPAQUE}/shop.php`,
    `/hooks/${OPAQUE}/SHOP`,
    `/hooks//shop`,
    `/hooks/${OPAQUE}x/shop`,
    `/${OPAQUE}/shop`,
    `http://x/hooks/${OPAQUE}/shop`,
    '/commands/shop',
    '/',
    '*',
    '/healthz/',
  ]
  const answers = await Promise.all(paths.map((path) => ask('POST', path)))
  const said = new Set(answers.map((answer) => answer.replace(/date: .*\r\n/i, '')))
  assert.equal(said.size, 1, [...said].join('\n'))
  assert.equal(statusOf([...said][0] ?? ''), 404)
  assert.equal(statusOf(await ask('POST', '/healthz')), 404)
})

test('while its session is down a hook is 503 with Retry-After, and works again when it is told where it is', async (t) => {
  const gateway = await aGateway(t)
  const address = await gateway.session((_, response) => response.end('ok'))
  gateway.routes.take([gateway.route(null)])
  const down = await fetch(gateway.hook(), { method: 'POST', body: 'x' })
  assert.deepEqual([down.status, down.headers.get('retry-after')], [503, '10'])
  gateway.routes.take([gateway.route(`${address}.gone`)])
  const gone = await fetch(gateway.hook(), { method: 'POST', body: 'x' })
  assert.deepEqual([gone.status, gone.headers.get('retry-after')], [503, '10'])
  gateway.routes.take([gateway.route(address)])
  assert.deepEqual(await answerOf(await fetch(gateway.hook(), { method: 'POST', body: 'x' })), ok())
  assert.equal(gateway.warned.length, 1)
  assert.match(gateway.warned[0] ?? '', /"session":"acme\/shop","hook":"shop","at":"k3Jx_a…","outcome":"down".*ENOENT/)
  gateway.routes.take([])
  assert.equal((await fetch(gateway.hook())).status, 404)
  assert.doesNotMatch(gateway.warned.join(), new RegExp(OPAQUE))
})

test('a session that dies in the middle, says nonsense or nothing is no 200', async (t) => {
  const gateway = await aGateway(t, { handOverBounds: { withinMs: 300, maxBytes: 1000 } })
  const address = await gateway.session(({ url }, response, request) => {
    const how = url.split('/').at(-1)
    if (how === 'dies') request.socket.destroy()
    if (how === 'half') response.write('a', () => request.socket.destroy())
    if (how === 'nonsense') request.socket.end('HELLO\r\n\r\n')
    if (how === 'large') response.end('x'.repeat(1001))
    if (how === 'slow') response.write('a')
  })
  gateway.routes.take([gateway.route(address)])
  const answers = await Promise.all(
    ['dies', 'half', 'nonsense', 'large', 'slow', 'silent'].map((how) => fetch(gateway.hook(`/${how}`))),
  )
  assert.deepEqual(
    answers.map(({ status, headers }) => [status, headers.get('retry-after')]),
    [
      [503, '10'],
      [503, '10'],
      [502, null],
      [502, null],
      [504, '10'],
      [504, '10'],
    ],
  )
  const { received, byStatus } = gateway.counters.read()
  assert.deepEqual([received, byStatus], [6, { 502: 2, 503: 2, 504: 2 }])
})

test('health is what was heard of the supervisor, to GET and HEAD, whatever stands in Host', async (t) => {
  const gateway = await aGateway(t)
  assert.deepEqual(await answerOf(await fetch(`${gateway.url}/healthz`)), ok('{"ok":true,"lastTickMsAgo":1}'))
  const head = await fetch(`${gateway.url}/healthz?x`, { method: 'HEAD' })
  assert.deepEqual(await answerOf(head), ok(''))
  gateway.health.ok = false
  assert.equal((await fetch(`${gateway.url}/healthz`)).status, 503)
})

test('what is under way when the gateway closes is answered, and nothing new is taken', async (t) => {
  const gateway = await aGateway(t)
  let finish = () => undefined as unknown
  const asked = new Promise<void>((resolve) => {
    void gateway
      .session((_, response) => {
        finish = () => response.end('late but true')
        resolve()
      })
      .then((address) => gateway.routes.take([gateway.route(address)]))
  })
  while (gateway.routes.size() === 0) await new Promise(setImmediate)
  const answer = fetch(gateway.hook(), { method: 'POST', body: 'x' })
  await asked
  const closed = gateway.server.close(10_000)
  assert.equal(await gateway.raw('GET /healthz HTTP/1.0\r\n\r\n'), '')
  finish()
  assert.deepEqual(await answerOf(await answer), ok('late but true'))
  await closed
})
