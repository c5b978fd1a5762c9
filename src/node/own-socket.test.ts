import assert from 'node:assert/strict'
import { once } from 'node:events'
import { lstatSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { listenOnOwnSocket } from './own-socket.js'

test('a socket takes the place of what was left over under its name, and is for its user alone', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'frota-own-socket-'))
  t.after(() => rmSync(dir, { recursive: true }))
  const path = join(dir, 'a.sock')
  writeFileSync(path, 'left over')
  const server = createServer((line) => line.end('here'))
  await listenOnOwnSocket(server, path)
  assert.equal(lstatSync(path).mode & 0o777, 0o600)
  const [said] = await once(connect(path), 'data')
  assert.equal(String(said), 'here')
  server.close()
  await once(server, 'close')
  assert.equal(lstatSync(path, { throwIfNoEntry: false }), undefined, 'a closed server leaves no socket')
})

test('where nothing can listen that is said, and nothing is left hanging', async () => {
  await assert.rejects(listenOnOwnSocket(createServer(), join(tmpdir(), 'frota-no-such-directory', 'a.sock')), {
    code: /^(ENOENT|EACCES)$/,
  })
})
