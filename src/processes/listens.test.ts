import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { test } from 'node:test'
import { listensOn } from './listens.js'

test('a port is its listener’s, and neither another process’s nor its caller’s', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const other = spawn('sleep', ['60'])
  t.after(() => other.kill())
  await once(other, 'spawn')
  assert.equal(listensOn(process.pid, port), true)
  assert.equal(listensOn(other.pid ?? 0, port), false)
  const caller = connect(port, '127.0.0.1')
  t.after(() => caller.destroy())
  await once(caller, 'connect')
  assert.equal(listensOn(process.pid, caller.localPort ?? 0), false)
  server.close()
  assert.equal(listensOn(process.pid, port), false)
})

test('a process that is gone listens nowhere', () => {
  assert.equal(listensOn(0, 22), false)
})
