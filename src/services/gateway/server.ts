// The door itself: bounds of what anybody may send, in size, time and number, and then to whom it goes. A request is
// received whole, handed over whole, and what comes back is handed back: there is no 200 but the session's own.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { RETRY_AFTER_S } from '../../core/hooks.js'
import type { AddressSet } from '../../node/address-set.js'
import { codeOf } from '../../node/codes.js'
import { limitConnections } from '../../node/connections.js'
import { settlesWithin } from '../../node/waits.js'
import { callerOf } from './caller.js'
import type { Counters } from './counters.js'
import type { Door, Exchange } from './door.js'
import { openGuesses } from './guesses.js'
import { refuse } from './replies.js'
import { MALFORMED, UNREADABLE } from './texts.js'

const http = process.getBuiltinModule('node:http')
const { once } = process.getBuiltinModule('node:events')

const MAX_CONNECTIONS = 1024
const MAX_HEADER_BYTES = 16 * 1024
const HEADERS_WITHIN_MS = 10_000
const REQUEST_WITHIN_MS = 30_000
const LOOK_AT_SLOW_ONES_EVERY_MS = 1_000
/** Longer than reverse proxies keep an unused connection (Caddy 120 s): they are the ones to close it, or a request is lost. */
const KEEP_UNUSED_MS = 130_000
/** An answer that its caller does not read. */
const SEND_WITHIN_MS = 30_000
const CLOSE_UNUSED_EVERY_MS = 50

export interface GatewayServerParts {
  /** Asked in turn. */
  doors: readonly Door[]
  trustedProxies: AddressSet
  counters: Counters
  warn(message: string, fields: Record<string, string | number>): void
  monotonicMs(): number
  bounds?: Partial<typeof BOUNDS>
}

const BOUNDS = {
  maxConnections: MAX_CONNECTIONS,
  headersWithinMs: HEADERS_WITHIN_MS,
  requestWithinMs: REQUEST_WITHIN_MS,
  sendWithinMs: SEND_WITHIN_MS,
}

export interface GatewayServer {
  /** Rejects with the system's error when it cannot listen there; may be called again then. */
  listen(bind: string, port: number): Promise<{ port: number }>
  inFlight(): number
  /** Takes nothing new, and gives what is under way this long. */
  close(withinMs: number): Promise<void>
}

export function openGatewayServer(parts: GatewayServerParts): GatewayServer {
  const { counters, doors } = parts
  const bounds = { ...BOUNDS, ...parts.bounds }
  const guesses = openGuesses(parts.monotonicMs)
  /** What is being received or answered, by connection. */
  const busy = new WeakMap<Socket, IncomingMessage>()
  const server = http.createServer({
    connectionsCheckingInterval: LOOK_AT_SLOW_ONES_EVERY_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: bounds.headersWithinMs,
    requestTimeout: bounds.requestWithinMs,
    keepAliveTimeout: KEEP_UNUSED_MS,
    insecureHTTPParser: false,
    requireHostHeader: true,
  })
  // Whatever would be left out by a bound on their number is not said to anybody; their size has one.
  server.maxHeadersCount = 0
  // Each of the requests that were sent one behind the other waits for its end.
  server.on('connection', (socket: Socket) => socket.setMaxListeners(0))
  const connections = limitConnections(server, bounds.maxConnections)
  server.on('request', (request, response) => take(request, response, () => undefined))
  server.on('checkContinue', (request, response) => take(request, response, () => response.writeContinue()))
  server.on('clientError', (error, socket) => endUnreadable(error, socket as Socket))

  return {
    async listen(bind, port) {
      server.listen(port, bind)
      await once(server, 'listening') // rejects with what `error` says
      return { port: (server.address() as AddressInfo).port }
    },
    inFlight: () => doors.reduce((sum, door) => sum + (door.inFlight?.() ?? 0), 0),
    async close(withinMs) {
      if (!server.listening) return
      for (const door of doors) door.close?.()
      const closed = new Promise((resolve) => server.close(resolve))
      // A connection that has had its answer is unused only then.
      const timer = setInterval(() => server.closeIdleConnections(), CLOSE_UNUSED_EVERY_MS)
      await settlesWithin(closed, withinMs)
      clearInterval(timer)
      server.closeAllConnections()
    },
  }

  function take(request: IncomingMessage, response: ServerResponse, proceed: () => void) {
    const { socket } = request
    counters.received()
    busy.set(socket, request)
    response.once('finish', () => counters.answered(response.statusCode))
    response.once('close', () => busy.delete(socket))
    // Once it is under way: a caller who does not read must not hold it for ever.
    response.once('prefinish', () => {
      const timer = setTimeout(() => socket.destroy(), bounds.sendWithinMs).unref()
      response.once('close', () => clearTimeout(timer))
    })
    route(request, response, proceed).catch((thrown: unknown) => {
      parts.warn('a request failed', {
        error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
      })
      socket.destroy()
    })
  }

  async function route(request: IncomingMessage, response: ServerResponse, proceed: () => void): Promise<void> {
    const { method = '', url = '' } = request
    const exchange: Exchange = {
      request,
      response,
      proceed,
      keep: (work) => connections.keep(request.socket, work),
      unknown: () => exchange.mayGuess() && refuse(request, response, 'unknown'),
      mayGuess() {
        const { address } = callerOf(request.socket.remoteAddress, request.headers, parts.trustedProxies)
        if (guesses.mayAsk(address)) return true
        refuse(request, response, 'tooMany', RETRY_AFTER_S)
        return false
      },
    }
    for (const door of doors) {
      const serve = door.find(method, url)
      if (serve) return serve(exchange)
    }
    exchange.unknown()
  }

  /** Answered only where nobody could take it for the answer to another request, or for a part of one. */
  function endUnreadable(error: Error, socket: Socket) {
    counters.malformed()
    if (!socket.writable || socket.bytesWritten > 0 || busy.get(socket)?.complete) return socket.destroy()
    const line = UNREADABLE[codeOf(error) as keyof typeof UNREADABLE] ?? MALFORMED
    socket.end(`HTTP/1.1 ${line}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
    socket.destroySoon()
  }
}
