// The session's own port on 127.0.0.1: GET /health, GET /metrics, POST /commands/NAME.
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Connections, limitConnections } from '../node/connections.js'
import { asksForThisMachine, NOT_LOOPBACK_HINT, NOT_LOOPBACK_STATUS } from '../node/host-header.js'
import { type Commands, type Reply, refuse, stackOf } from './commands.js'

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
  health: () => { ready: boolean; body: Exclude<Reply['body'], undefined> }
  metrics: () => Promise<string>
  commands: Commands
  onError: (message: string, stack: string) => void
}

/** Rejects when no port at all could be bound. */
export async function listenHealth(options: HealthOptions): Promise<HealthPort> {
  const server = http.createServer({ connectionsCheckingInterval: 2_000 }, (request, response) => {
    respond(request, response, options, connections).catch((error: unknown) => {
      options.onError(`${request.method} ${request.url} failed`, stackOf(error))
      if (!response.headersSent) send(response, refuse(500, 'BUG', "See the session's log."))
    })
  })
  server.requestTimeout = 10_000
  server.headersTimeout = 5_000
  server.keepAliveTimeout = 5_000
  const connections = limitConnections(server, MAX_CONNECTIONS)
  const port = await bindFirst(server, options.ports)
  return {
    port,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  options: HealthOptions,
  connections: Connections,
): Promise<void> {
  if (!asksForThisMachine(request.headers.host)) {
    return send(response, refuse(NOT_LOOPBACK_STATUS, 'NOT_LOOPBACK', NOT_LOOPBACK_HINT))
  }
  const path = (request.url ?? '').split('?')[0] ?? ''
  const command = path.startsWith('/commands/') ? path.slice('/commands/'.length) : undefined
  if (command !== undefined) {
    if (request.method !== 'POST') return send(response, refuse(405, 'METHOD', 'POST only.'))
    const handled = options.commands.handle(command, request, (work) => connections.keep(request.socket, work))
    return send(response, await handled)
  }
  if (path !== '/health' && path !== '/metrics') return send(response, refuse(404, 'NOT_FOUND', 'No such path.'))
  if (request.method !== 'GET') return send(response, refuse(405, 'METHOD', 'GET only.'))
  if (path === '/metrics') return sendText(response, 200, 'text/plain; version=0.0.4', await options.metrics())
  const { ready, body } = options.health()
  send(response, { status: ready ? 200 : 503, body })
}

function send(response: ServerResponse, { status, body }: Reply): void {
  // What is left of a body that was refused is not read.
  if (status === 413 || status === 401) response.setHeader('connection', 'close')
  sendText(response, status, 'application/json', JSON.stringify(body))
}

function sendText(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) }).end(text)
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
