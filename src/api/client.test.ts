import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { connectToSupervisor } from './client.js'

test('a supervisor that dies in the middle of its answer is told to be gone, and is no bug', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'frota-client-'))
  const server = createServer((request, response) => {
    if (request.url === '/HEAD') return response.end('{}')
    response.writeHead(200, { 'content-length': 1_000 }).write('{"result":', () => response.destroy())
  })
  t.after(() => {
    server.close()
    rmSync(dir, { recursive: true, force: true })
  })
  server.listen(join(dir, 'control.sock'))
  await once(server, 'listening')
  const client = await connectToSupervisor(join(dir, 'control.sock'))
  assert.ok(client)
  await assert.rejects(client.call('host.status'), { code: 'SUPERVISOR_GONE' })
  await client.close()
})
