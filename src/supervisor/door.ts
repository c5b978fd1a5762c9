// A door of the supervisor: HTTP on a Unix socket of its own (0600), for processes that it has started itself. They are
// not trusted: whoever may say nothing costs nothing, and nobody's request takes the supervisor with it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { dirname } from 'node:path'
import { messageOf, UserError, untrusted } from '../core/errors.js'
import { FENCED_STATUS, WIRE_UNKNOWN_STATUS } from '../core/protocol.js'
import { readBody } from '../node/bodies.js'
import { listenOnOwnSocket } from '../node/own-socket.js'
import { distrustOfOwnDirectory } from '../node/trust.js'
import { StoreUnavailable } from '../store/store.js'
import type { SupervisorLog } from './parts.js'
import type { Pass, Tickets } from './tickets.js'

/** Each of a thousand sessions may hold three; one that leaks more than there is room for is turned away. */
const MAX_CONNECTIONS = 4_096
const HEADERS_WITHIN_MS = 10_000
const REQUEST_WITHIN_MS = 30_000
const LOOK_AT_SLOW_ONES_EVERY_MS = 5_000

export interface Reply {
  status: number
  body: unknown
}

export interface DoorOptions {
  /** Whose door it is, in the log. */
  name: string
  socket: string
  /** POST requests only. What it throws becomes a refusal. */
  answer(request: IncomingMessage): Promise<Reply>
  log: SupervisorLog
}

export async function openDoor({ name, socket, answer, log }: DoorOptions): Promise<{ close(): Promise<void> }> {
  const server = createServer({ connectionsCheckingInterval: LOOK_AT_SLOW_ONES_EVERY_MS }, (request, response) => {
    const answered = request.method === 'POST' ? answer(request) : Promise.resolve({ status: 405, body: {} })
    answered
      .then(({ status, body }) => reply(response, status, body))
      .catch((thrown) => {
        const { status, body } = refusal(thrown)
        if (status === 500) log.error(`${name}: ${thrown instanceof Error ? thrown.stack : messageOf(thrown)}`)
        // What is left of a body that nobody wants is not waited for.
        if (!request.complete) response.setHeader('connection', 'close')
        reply(response, status, body)
      })
  })
  server.headersTimeout = HEADERS_WITHIN_MS
  server.requestTimeout = REQUEST_WITHIN_MS
  server.keepAliveTimeout = 60_000
  server.maxConnections = MAX_CONNECTIONS
  const found = distrustOfOwnDirectory(dirname(socket))
  if (found) throw untrusted(found)
  await listenOnOwnSocket(server, socket)
  server.on('error', (error) => log.error(`${name}: ${error.message}`))
  return { close: () => close(server) }
}

/** Before anything of the body is read: who may say nothing costs nothing. */
export function passOf(request: IncomingMessage, tickets: Tickets): Pass {
  const pass = tickets.readToken((request.headers.authorization ?? '').replace(/^Bearer /, ''))
  if (!pass) throw new UserError('BAD_TOKEN', 'Not a token of this home.')
  return pass
}

/** What a desk answers; `fenced`: not, or no longer, the live copy. */
export const fencedOr = (answer: object | 'fenced'): Reply =>
  answer === 'fenced' ? { status: FENCED_STATUS, body: { fenced: true } } : { status: 200, body: answer }

export const readJson = async (request: IncomingMessage, maxBytes: number): Promise<unknown> =>
  parseJson(await readWhole(request, maxBytes))

/**
 * What is read from a body that its sender repeats. An idle session says the same at every beat: the same bytes on the
 * same connection are not parsed and checked again. It goes with the connection.
 */
export function openRereader<T>(
  maxBytes: number,
  read: (json: unknown) => T,
): (request: IncomingMessage) => Promise<T> {
  const lastOf = new WeakMap<Socket, { body: Buffer; read: T }>()
  return async (request) => {
    const body = await readWhole(request, maxBytes)
    const last = lastOf.get(request.socket)
    if (last?.body.equals(body)) return last.read
    const answer = read(parseJson(body))
    lastOf.set(request.socket, { body, read: answer })
    return answer
  }
}

async function readWhole(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const body = await readBody(request, maxBytes).catch(() => {
    throw new UserError('BAD_REQUEST', 'The request was cut short.')
  })
  if (!body) throw new UserError('BAD_REQUEST', `Larger than ${maxBytes} bytes.`)
  return body
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString() || '{}')
  } catch (thrown) {
    throw new UserError('BAD_REQUEST', `Not JSON: ${messageOf(thrown)}`)
  }
}

const STATUS_OF: Record<string, number> = {
  BAD_REQUEST: 400,
  BAD_TOKEN: 401,
  WIRE_UNKNOWN: WIRE_UNKNOWN_STATUS,
  TOO_MANY: 429,
}

function refusal(thrown: unknown): Reply {
  if (thrown instanceof UserError) {
    return { status: STATUS_OF[thrown.code] ?? 422, body: { error: { code: thrown.code, message: thrown.message } } }
  }
  if (thrown instanceof StoreUnavailable) {
    return { status: 503, body: { error: { code: 'STORE_UNAVAILABLE', message: thrown.message } } }
  }
  return { status: 500, body: { error: { code: 'BUG', message: 'see the supervisor’s log' } } }
}

function reply(response: ServerResponse, status: number, body: unknown) {
  const text = JSON.stringify(body)
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text)
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
