// The sessions' door: hello, beat, events on `sessions.sock`. A session can ask for nothing that is not its own:
// what it may see follows from its ticket or token, never from what it says.

import { chmodSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { messageOf, UserError } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'
import type { Beat, BeatAnswer, Welcome, WireEvent } from '../core/protocol.js'
import { FENCED_STATUS } from '../core/protocol.js'
import { StoreUnavailable } from '../store/store.js'
import type { SupervisorLog } from './parts.js'
import type { Pass, Tickets } from './tickets.js'

const MAX_BODY_BYTES = 8 * 1024 * 1024

/** What the endpoint asks of the supervisor. `fenced`: not, or no longer, the live copy. */
export interface SessionsDesk {
  hello(pass: Pass, pid: number): Promise<Welcome | 'fenced'>
  beat(pass: Pass, beat: Beat): BeatAnswer | 'fenced'
  /** Taken from older runs too. Resolves after the store's commit. */
  events(pass: Pass, events: WireEvent[]): Promise<void>
}

export async function listenForSessions(
  socket: string,
  desk: SessionsDesk,
  tickets: Tickets,
  now: () => Date,
  log: SupervisorLog,
): Promise<{ close(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(request)
      .then(({ status, body }) => reply(response, status, body))
      .catch((thrown) => {
        const { status, body } = refusal(thrown)
        if (status === 500)
          log.error(`sessions' endpoint: ${thrown instanceof Error ? thrown.stack : messageOf(thrown)}`)
        reply(response, status, body)
      })
  })
  server.requestTimeout = 30_000
  server.keepAliveTimeout = 60_000
  rmSync(socket, { force: true })
  await listen(server, socket)
  chmodSync(socket, 0o600)
  return { close: () => close(server) }

  async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    if (request.method !== 'POST') return { status: 405, body: {} }
    const body = await readJson(request)
    switch (request.url) {
      case '/hello':
        return fencedOr(await hello(body))
      case '/beat':
        return fencedOr(desk.beat(passOf(request), body as unknown as Beat))
      case '/events': {
        const events = readEvents(body)
        await desk.events(passOf(request), events)
        return { status: 200, body: { acked: events.at(-1)?.seq ?? 0 } }
      }
      default:
        return { status: 404, body: {} }
    }
  }

  async function hello(body: JsonObject) {
    const pass = tickets.readTicket(String(body.ticket), now().getTime())
    if (!pass) return 'fenced' as const
    return desk.hello(pass, Number(body.pid))
  }

  function passOf(request: IncomingMessage): Pass {
    const pass = tickets.readToken((request.headers.authorization ?? '').replace(/^Bearer /, ''))
    if (!pass) throw new UserError('BAD_TOKEN', 'Not a token of this home.')
    return pass
  }
}

function fencedOr(answer: object | 'fenced') {
  return answer === 'fenced' ? { status: FENCED_STATUS, body: { fenced: true } } : { status: 200, body: answer }
}

function refusal(thrown: unknown): { status: number; body: object } {
  if (thrown instanceof UserError) {
    const status = thrown.code === 'BAD_TOKEN' ? 401 : thrown.code === 'BAD_REQUEST' ? 400 : 422
    return { status, body: { error: { code: thrown.code, message: thrown.message } } }
  }
  if (thrown instanceof StoreUnavailable) {
    return { status: 503, body: { error: { code: 'STORE_UNAVAILABLE', message: thrown.message } } }
  }
  return { status: 500, body: { error: { code: 'BUG', message: 'see the supervisor’s log' } } }
}

async function readJson(request: IncomingMessage): Promise<JsonObject> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) throw new UserError('BAD_REQUEST', 'Body too large.')
    chunks.push(chunk)
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString() || '{}')
    if (typeof value === 'object' && value !== null) return value as JsonObject
  } catch (thrown) {
    throw new UserError('BAD_REQUEST', `Not JSON: ${messageOf(thrown)}`)
  }
  throw new UserError('BAD_REQUEST', 'Not a JSON object.')
}

function readEvents(body: JsonObject): WireEvent[] {
  if (!Array.isArray(body.events)) throw new UserError('BAD_REQUEST', 'events: not a list.')
  for (const event of body.events) {
    const ok = typeof event === 'object' && event !== null && !Array.isArray(event)
    const hasData = ok && typeof event.data === 'object' && event.data !== null && !Array.isArray(event.data)
    if (!hasData || typeof event.id !== 'string' || typeof event.seq !== 'number' || typeof event.type !== 'string') {
      throw new UserError('BAD_REQUEST', 'events: an event needs id, seq, at, type and data.')
    }
    if (Number.isNaN(Date.parse(String(event.at)))) throw new UserError('BAD_REQUEST', 'events: at is not a time.')
  }
  return body.events as unknown as WireEvent[]
}

function reply(response: ServerResponse, status: number, body: unknown) {
  const text = JSON.stringify(body)
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text)
}

function listen(server: Server, socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(socket, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
