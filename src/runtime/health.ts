// The session's own port on 127.0.0.1, for whoever watches: GET /health, GET /metrics. Commands and hooks have no business
// here (see address.ts): a port that was freed can be taken by another user before anybody hears of it.
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { limitConnections } from '../node/connections.js'
import { asksForThisMachine, NOT_LOOPBACK_HINT, NOT_LOOPBACK_STATUS } from '../node/host-header.js'
import { stackOf } from './commands.js'
import { type Reply, refuse, sendBytes, sendJson } from './replies.js'

const http = process.getBuiltinModule('node:http')

const MAX_CONNECTIONS = 64
/** Ports tried above those offered, before the kernel is left to choose one. */
const PORTS_UPWARD = 100
const ANY_PORT = 0

export interface HealthPort {
  port: number
  close(): void
}

export interface HealthOptions {
  /** Tried in this order, then those above, at last any port the kernel gives: others may have bound them all. */
  ports: readonly number[]
  health: () => { ready: boolean; body: Reply['body'] }
  metrics: () => Promise<string>
  onError: (message: string, stack: string) => void
}

/** Rejects when no port at all could be bound. */
export async function listenHealth(options: HealthOptions): Promise<HealthPort> {
  const server = http.createServer({ connectionsCheckingInterval: 2_000 }, (request, response) => {
    respond(request, response, options).catch((error: unknown) => {
      options.onError(`${request.method} ${request.url} failed`, stackOf(error))
      if (!response.headersSent) sendJson(request, response, refuse(500, 'BUG', "See the session's log."))
    })
  })
  server.requestTimeout = 10_000
  server.headersTimeout = 5_000
  server.keepAliveTimeout = 5_000
  limitConnections(server, MAX_CONNECTIONS)
  const port = await bindFirst(server, options.ports)
  return {
    port,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function respond(request: IncomingMessage, response: ServerResponse, options: HealthOptions): Promise<void> {
  const send = (reply: Reply) => sendJson(request, response, reply)
  if (!asksForThisMachine(request.headers.host)) {
    return send(refuse(NOT_LOOPBACK_STATUS, 'NOT_LOOPBACK', NOT_LOOPBACK_HINT))
  }
  const path = (request.url ?? '').split('?')[0] ?? ''
  if (path !== '/health' && path !== '/metrics') return send(refuse(404, 'NOT_FOUND', 'No such path.'))
  if (request.method !== 'GET') return send(refuse(405, 'METHOD', 'GET only.'))
  if (path === '/metrics') {
    const headers = { 'content-type': 'text/plain; version=0.0.4' }
    return sendBytes(request, response, { status: 200, headers, body: await options.metrics() })
  }
  const { ready, body } = options.health()
  send({ status: ready ? 200 : 503, body })
}

async function bindFirst(server: Server, ports: readonly number[]): Promise<number> {
  for (const port of [...ports, ...portsAbove(ports), ANY_PORT]) {
    if (await bind(server, port)) return (server.address() as AddressInfo).port
  }
  throw new Error(`no port free: tried ${ports.join(', ')}, those above, and any`)
}

function portsAbove(ports: readonly number[]): number[] {
  const first = Math.max(...ports) + 1
  return Array.from({ length: PORTS_UPWARD }, (_, i) => first + i).filter((port) => port > 0 && port < 65_536)
}

/** False when somebody else has it, or we may not. */
function bind(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      server.off('listening', onListening)
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false)
      else reject(error)
    }
    const onListening = () => {
      server.off('error', onError)
      resolve(true)
    }
    server.once('error', onError)
    server.once('listening', onListening)
    server.listen({ port, host: '127.0.0.1' })
  })
}
