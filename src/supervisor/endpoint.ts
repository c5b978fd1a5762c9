// The sessions' door: hello, beat, events on `sessions.sock`. A session can ask for nothing that is not its own:
// what it may see follows from its ticket or token, never from what it says.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { dirname } from 'node:path'
import { messageOf, UserError, untrusted } from '../core/errors.js'
import type { Beat, BeatAnswer, OpenedSecrets, Welcome } from '../core/protocol.js'
import { FENCED_STATUS } from '../core/protocol.js'
import { readBody } from '../node/bodies.js'
import { listenOnOwnSocket } from '../node/own-socket.js'
import { distrustOfOwnDirectory } from '../node/trust.js'
import { StoreUnavailable } from '../store/store.js'
import type { SupervisorLog } from './parts.js'
import type { Pass, Tickets } from './tickets.js'
import { type EventsBatch, readBeat, readEvents, readHello, readJournal } from './wire.js'

const MAX_HELLO_BYTES = 4 * 1024
const MAX_BEAT_BYTES = 128 * 1024
/** A batch has about a million characters, of up to three bytes. */
const MAX_EVENTS_BYTES = 4 * 1024 * 1024
/** Each of a thousand sessions may hold three; one that leaks more than there is room for is turned away. */
const MAX_CONNECTIONS = 4_096
const HEADERS_WITHIN_MS = 10_000
const REQUEST_WITHIN_MS = 30_000
const LOOK_AT_SLOW_ONES_EVERY_MS = 5_000

/** What the endpoint asks of the supervisor. `fenced`: not, or no longer, the live copy. */
export interface SessionsDesk {
  hello(pass: Pass, pid: number): Promise<Welcome | 'fenced'>
  /** Resolves when it is written down that this is the session's journal. */
  journal(pass: Pass, id: string): Promise<object | 'fenced'>
  beat(pass: Pass, beat: Beat): BeatAnswer | 'fenced'
  /** All that the session reads, as they are now. */
  secrets(pass: Pass): OpenedSecrets | 'fenced'
  /** Taken from older runs too. Resolves after the store's commit. */
  events(pass: Pass, batch: EventsBatch): Promise<void>
}

export async function listenForSessions(
  socket: string,
  desk: SessionsDesk,
  tickets: Tickets,
  now: () => Date,
  log: SupervisorLog,
): Promise<{ close(): Promise<void> }> {
  const server = createServer({ connectionsCheckingInterval: LOOK_AT_SLOW_ONES_EVERY_MS }, (request, response) => {
    answer(request)
      .then(({ status, body }) => reply(response, status, body))
      .catch((thrown) => {
        const { status, body } = refusal(thrown)
        if (status === 500)
          log.error(`sessions' endpoint: ${thrown instanceof Error ? thrown.stack : messageOf(thrown)}`)
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
  server.on('error', (error) => log.error(`sessions' endpoint: ${error.message}`))
  return { close: () => close(server) }

  async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    if (request.method !== 'POST') return { status: 405, body: {} }
    switch (request.url) {
      case '/hello':
        return fencedOr(await hello(readHello(await readJson(request, MAX_HELLO_BYTES))))
      case '/journal': {
        const pass = passOf(request)
        return fencedOr(await desk.journal(pass, readJournal(await readJson(request, MAX_HELLO_BYTES))))
      }
      case '/secrets': {
        const pass = passOf(request)
        await readJson(request, MAX_HELLO_BYTES)
        return fencedOr(desk.secrets(pass))
      }
      case '/beat': {
        const pass = passOf(request)
        return fencedOr(desk.beat(pass, readBeat(await readJson(request, MAX_BEAT_BYTES))))
      }
      case '/events': {
        const pass = passOf(request)
        const batch = readEvents(await readJson(request, MAX_EVENTS_BYTES))
        await desk.events(pass, batch)
        return { status: 200, body: { acked: batch.upTo } }
      }
      default:
        return { status: 404, body: {} }
    }
  }

  async function hello({ ticket, pid }: { ticket: string; pid: number }) {
    const pass = tickets.readTicket(ticket, now().getTime())
    if (!pass) return 'fenced' as const
    return desk.hello(pass, pid)
  }

  /** Before anything of the body is read: who may say nothing costs nothing. */
  function passOf(request: IncomingMessage): Pass {
    const pass = tickets.readToken((request.headers.authorization ?? '').replace(/^Bearer /, ''))
    if (!pass) throw new UserError('BAD_TOKEN', 'Not a token of this home.')
    return pass
  }
}

function fencedOr(answer: object | 'fenced') {
  return answer === 'fenced' ? { status: FENCED_STATUS, body: { fenced: true } } : { status: 200, body: answer }
}

const STATUS_OF: Record<string, number> = { BAD_REQUEST: 400, BAD_TOKEN: 401, TOO_MANY: 429 }

function refusal(thrown: unknown): { status: number; body: object } {
  if (thrown instanceof UserError) {
    return { status: STATUS_OF[thrown.code] ?? 422, body: { error: { code: thrown.code, message: thrown.message } } }
  }
  if (thrown instanceof StoreUnavailable) {
    return { status: 503, body: { error: { code: 'STORE_UNAVAILABLE', message: thrown.message } } }
  }
  return { status: 500, body: { error: { code: 'BUG', message: 'see the supervisor’s log' } } }
}

async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const body = await readBody(request, maxBytes).catch(() => {
    throw new UserError('BAD_REQUEST', 'The request was cut short.')
  })
  if (!body) throw new UserError('BAD_REQUEST', `Larger than ${maxBytes} bytes.`)
  try {
    return JSON.parse(body.toString() || '{}')
  } catch (thrown) {
    throw new UserError('BAD_REQUEST', `Not JSON: ${messageOf(thrown)}`)
  }
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
