import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openUnixClient, type UnixClientLimits } from './unix-client.js'

const MAX_BYTES = 100_000
const LIMITS = { maxConnections: 3, maxAnswerBytes: MAX_BYTES }
const SOON_MS = 5_000

test('questions are answered by a Node server, over one connection, with headers and body as they were sent', async (t) => {
  const seen: string[] = []
  const sockets = new Set<Socket>()
  const server = createHttpServer((request, response) => {
    let body = ''
    request.on('data', (data) => {
      body += data
    })
    request.on('end', () => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization} ${body}`)
      const answer = `größer als ${body}`
      response.writeHead(201, { 'content-length': Buffer.byteLength(answer) }).end(answer)
    })
  })
  server.on('connection', (socket) => sockets.add(socket))
  const client = await clientOf(t, server)
  for (const body of ['', 'água', 'x'.repeat(70_000)]) {
    const answer = await client.post('/beat', { authorization: 'Bearer one' }, body, SOON_MS)
    assert.equal(answer.status, 201)
    assert.equal(answer.body.toString(), `größer als ${body}`)
    assert.equal(seen.pop(), `POST /beat Bearer one ${body}`)
  }
  assert.equal(sockets.size, 1)
})

test('at most three are asked at once; the others wait for their turn, and each gets its own answer', async (t) => {
  let open = 0
  let most = 0
  const server = createHttpServer((request, response) => {
    most = Math.max(most, ++open)
    request.resume().on('end', () =>
      setTimeout(() => {
        open--
        const answer = request.url ?? ''
        response.writeHead(200, { 'content-length': answer.length }).end(answer)
      }, 20),
    )
  })
  const client = await clientOf(t, server)
  const paths = Array.from({ length: 10 }, (_, i) => `/${i}`)
  const answers = await Promise.all(paths.map((path) => client.post(path, {}, '{}', SOON_MS)))
  assert.deepEqual(
    answers.map(({ body }) => body.toString()),
    paths,
  )
  assert.equal(most, 3)
})

test('an answer that comes in pieces is put together', async (t) => {
  const client = await answeredWith(t, (socket) => {
    const pieces = ['HTTP/1.1 200 O', 'K\r\nContent-', 'Length: 5\r\n\r', '\nhe', 'llo']
    const next = () => {
      const piece = pieces.shift()
      if (piece === undefined) return
      socket.write(piece, () => setTimeout(next, 5))
    }
    next()
  })
  assert.equal((await client.post('/', {}, '', SOON_MS)).body.toString(), 'hello')
})

for (const [what, text, problem] of [
  ['is not HTTP', 'SSH-2.0-OpenSSH\r\n\r\n', /not HTTP/],
  ['is too large', `HTTP/1.1 200 OK\r\ncontent-length: ${MAX_BYTES + 1}\r\n\r\n`, /too large/],
  ['does not say how long it is', 'HTTP/1.1 408 Request Timeout\r\nconnection: close\r\n\r\n', /answered 408/],
  ['has no end of its head', 'a'.repeat(70_000), /no end of its head/],
] as const) {
  test(`an answer that ${what} is refused`, async (t) => {
    const client = await answeredWith(t, (socket) => socket.write(text))
    await assert.rejects(client.post('/', {}, '', SOON_MS), problem)
  })
}

test('a connection that breaks off half-way rejects what was asked; the next question gets a new one', async (t) => {
  let connections = 0
  const client = await answeredWith(t, (socket) => {
    if (++connections === 1) socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhel')
    else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
  })
  await assert.rejects(client.post('/', {}, '', SOON_MS), /closed/)
  assert.equal((await client.post('/', {}, '', SOON_MS)).body.toString(), 'ok')
})

test('after an answer that says it is the last, the next question gets a new connection', async (t) => {
  let connections = 0
  const client = await answeredWith(t, (socket) => {
    connections++
    socket.write('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}')
  })
  assert.equal((await client.post('/', {}, '', SOON_MS)).status, 401)
  assert.equal((await client.post('/', {}, '', SOON_MS)).status, 401)
  assert.equal(connections, 2)
})

test('what comes on a connection while nothing is asked there belongs to no answer: the next question gets a new one', async (t) => {
  let connections = 0
  const client = await answeredWith(t, (socket) => {
    const text = `HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n${++connections}`
    socket.write(text)
    setTimeout(() => socket.write(text.slice(0, 20)), 10)
  })
  assert.equal((await client.post('/', {}, '', SOON_MS)).body.toString(), '1')
  await sleep(100)
  assert.equal((await client.post('/', {}, '', SOON_MS)).body.toString(), '2')
})

test('a connection is not used again when the server may be about to close it', async (t) => {
  const sockets = new Set<Socket>()
  const server = createHttpServer((_, response) => response.writeHead(200, { 'content-length': 0 }).end())
  server.on('connection', (socket) => sockets.add(socket))
  const client = await clientOf(t, server, { ...LIMITS, reuseWithinMs: 20 })
  await client.post('/', {}, '', SOON_MS)
  await sleep(50)
  await client.post('/', {}, '', SOON_MS)
  assert.equal(sockets.size, 2)
})

test('no answer in time, and a late one is nobody else’s', async (t) => {
  let connections = 0
  const client = await answeredWith(t, (socket) => {
    if (++connections === 1) setTimeout(() => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nlate'), 60)
    else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nnew')
  })
  await assert.rejects(client.post('/', {}, '', 30), /no answer within 30 ms/)
  assert.equal((await client.post('/', {}, '', SOON_MS)).body.toString(), 'new')
})

test('nobody there, and a client that was closed, reject', async (t) => {
  const nobody = openUnixClient('/nowhere/at/all.sock', LIMITS)
  await assert.rejects(nobody.post('/', {}, '', SOON_MS), /ENOENT/)
  const client = await answeredWith(t, () => undefined)
  const asked = client.post('/', {}, '', SOON_MS)
  client.close()
  await assert.rejects(asked, /closed/)
})

/** A server that does with each question's connection what the test says. */
function answeredWith(t: TestContext, answer: (socket: Socket) => void) {
  return clientOf(
    t,
    createServer((socket) => {
      socket.on('error', () => socket.destroy())
      socket.once('data', () => answer(socket))
    }),
  )
}

async function clientOf(t: TestContext, server: ReturnType<typeof createServer>, limits: UnixClientLimits = LIMITS) {
  const dir = mkdtempSync(join(tmpdir(), 'frota-unix-'))
  const path = join(dir, 'x.sock')
  server.listen(path)
  await once(server, 'listening')
  const client = openUnixClient(path, limits)
  t.after(() => {
    client.close()
    server.close()
    rmSync(dir, { recursive: true, force: true })
  })
  return client
}
