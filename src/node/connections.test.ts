import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { limitConnections } from './connections.js'

function aServer(limit: number) {
  const server = new EventEmitter()
  const closed: string[] = []
  const connections = limitConnections(server as unknown as Server, limit)
  return {
    closed,
    connections,
    connect(name: string): Socket {
      const socket = Object.assign(new EventEmitter(), {
        destroy() {
          closed.push(name)
          socket.emit('close')
        },
      })
      server.emit('connection', socket)
      return socket as unknown as Socket
    },
  }
}

test('a new caller finds room: whoever has been there for longest without being at work is closed', async () => {
  const { closed, connections, connect } = aServer(2)
  const [first] = [connect('first'), connect('second')]
  const work = Promise.withResolvers<void>()
  const kept = connections.keep(first, () => work.promise)
  connect('third')
  assert.deepEqual(closed, ['second'])
  work.resolve()
  await kept
  connect('fourth')
  assert.deepEqual(closed, ['second', 'first'])
})

test('of two works on one connection both must have ended', async () => {
  const { closed, connections, connect } = aServer(1)
  const first = connect('first')
  const works = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const [one, other] = works.map(({ promise }) => connections.keep(first, () => promise))
  works[0]?.resolve()
  await one
  connect('second')
  assert.deepEqual(closed, ['second'])
  works[1]?.reject(new Error('it failed'))
  await assert.rejects(other ?? assert.fail())
  connect('third')
  assert.deepEqual(closed, ['second', 'first'])
})
