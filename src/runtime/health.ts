// The session's own port on 127.0.0.1: GET /health, GET /metrics, POST /commands/NAME.
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { type Commands, type Reply, refuse, stackOf } from './commands.js'

const http = process.getBuiltinModule('node:http')

export interface HealthPort {
  port: number
  close(): void
}

export interface HealthOptions {
  /** Tried in this order. */
  ports: readonly number[]
  health: () => { ready: boolean; body: Exclude<Reply['body'], undefined> }
  metrics: () => Promise<string>
  commands: Commands
  onError: (message: string, stack: string) => void
}

/** Rejects when no port could be bound. */
export async function listenHealth(options: HealthOptions): Promise<HealthPort> {
  const server = http.createServer({ connectionsCheckingInterval: 2_000 }, (request, response) => {
    respond(request, response, options).catch((error: unknown) => {
      options.onError(`${request.method} ${request.url} failed`, stackOf(error))
      if (!response.headersSent) send(response, refuse(500, 'BUG', "See the session's log."))
    })
  })
  server.requestTimeout = 10_000
  server.headersTimeout = 5_000
  server.keepAliveTimeout = 5_000
  server.maxConnections = 64
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
  const path = (request.url ?? '').split('?')[0] ?? ''
  const command = path.startsWith('/commands/') ? path.slice('/commands/'.length) : undefined
  if (command !== undefined) {
    if (request.method !== 'POST') return send(response, refuse(405, 'METHOD', 'POST only.'))
    return send(response, await options.commands.handle(command, request))
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
  for (const port of ports) {
    if (await bind(server, port)) return port
  }
  throw new Error(`no port free: tried ${ports.length > 0 ? ports.join(', ') : 'none'}`)
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
