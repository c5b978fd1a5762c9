import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { UserError } from '../core/errors.js'
import { openUnixClient } from '../node/unix-client.js'
import { openRereader } from './door.js'

test('what a connection repeats is read once; another word, and the same of another connection, anew', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'frota-reread-'))
  const socketPath = join(dir, 's.sock')
  const read: unknown[] = []
  const reread = openRereader(100, (json) => {
    if (json === null) throw new UserError('BAD_REQUEST', 'null')
    read.push(json)
    return `reading ${read.length}`
  })
  const server = createServer((request, response) => {
    const done = (text: string) => response.writeHead(200, { 'content-length': Buffer.byteLength(text) }).end(text)
    reread(request).then(done, (error: Error) => done(error.message))
  })
  const clients = [1, 2].map(() => openUnixClient(socketPath, { maxConnections: 1, maxAnswerBytes: 1_000 }))
  t.after(() => {
    for (const client of clients) client.close()
    server.close()
    rmSync(dir, { recursive: true })
  })
  await once(server.listen(socketPath), 'listening')
  const say = async (client: number, body: string) =>
    (await clients[client]?.post('/', {}, body, 5_000))?.body.toString()

  assert.equal(await say(0, '{"a":1}'), 'reading 1')
  assert.equal(await say(0, '{"a":1}'), 'reading 1')
  assert.equal(await say(1, '{"a":1}'), 'reading 2')
  assert.equal(await say(0, '{"a":2}'), 'reading 3')
  assert.equal(await say(0, '{"a":1}'), 'reading 4')
  assert.deepEqual(read, [{ a: 1 }, { a: 1 }, { a: 2 }, { a: 1 }])
  // What was refused is refused again, and what is too long says nothing of what was said before.
  assert.equal(await say(0, 'null'), 'null')
  assert.equal(await say(0, 'null'), 'null')
  assert.match((await say(0, `"${'x'.repeat(200)}"`)) ?? '', /Larger than 100 bytes/)
  assert.equal(await say(0, '{"a":1}'), 'reading 4')
})
