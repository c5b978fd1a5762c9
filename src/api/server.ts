// The control API: POST /VERB with a JSON object, over the home's `control.sock` (0600, in a 0700 directory: whoever
// can open it is the operator, at the door that they name). Errors travel as { error: { code, message, hint, exit } }.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { dirname } from 'node:path'
import { operatorAt } from '../core/actors.js'
import { EXIT, messageOf, UserError, untrusted, usage } from '../core/errors.js'
import { MOST_FILE_BYTES } from '../core/files.js'
import type { Health } from '../core/health.js'
import type { Fleets } from '../fleet/fleet.js'
import { readBody } from '../node/bodies.js'
import { listenOnOwnSocket } from '../node/own-socket.js'
import { distrustOfOwnDirectory } from '../node/trust.js'
import { StoreUnavailable } from '../store/store.js'
import { DOOR_HEADER } from './client.js'
import { HEALTH_PATH } from './health.js'
import { callVerb } from './verbs.js'

/** A config's files come with it, in base64. */
const MAX_BODY_BYTES = 2 * MOST_FILE_BYTES
const CLOSE_WITHIN_MS = 2_000

export async function listenForOperators(
  socket: string,
  fleets: Fleets,
  reportBug: (thrown: unknown) => void,
  health: () => Health,
): Promise<{ close(): Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.method === 'GET' && request.url === HEALTH_PATH) return reply(response, 200, health())
    return answer(request).then(
      (result) => reply(response, 200, { result: result ?? null }),
      (thrown) => {
        const error = asUserError(thrown)
        if (error.code === 'BUG') reportBug(thrown)
        reply(response, 422, { error })
      },
    )
  })
  const found = distrustOfOwnDirectory(dirname(socket))
  if (found) throw untrusted(found)
  await listenOnOwnSocket(server, socket)
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
        // A command of a session may take a minute: a supervisor that leaves does not wait for it.
        setTimeout(() => server.closeAllConnections(), CLOSE_WITHIN_MS).unref()
      }),
  }

  async function answer(request: IncomingMessage): Promise<unknown> {
    const name = (request.url ?? '').slice(1)
    if (request.method !== 'POST') throw usage('NO_SUCH_VERB', `There is no "${name}".`)
    return callVerb(fleets, operatorAt(request.headers[DOOR_HEADER]), name, await readJson(request))
  }
}

/** Whatever was thrown, as something a person can read; bugs keep their stack in the log, not on the wire. */
export function asUserError(thrown: unknown): UserError {
  if (thrown instanceof UserError) return thrown
  if (thrown instanceof StoreUnavailable) {
    return new UserError('STORE_UNAVAILABLE', thrown.message, 'sessions go on working; try again when it answers')
  }
  return new UserError('BUG', messageOf(thrown), 'please report this: see logs/supervisor.jsonl', EXIT.failure)
}

async function readJson(request: IncomingMessage): Promise<object> {
  const body = await readBody(request, MAX_BODY_BYTES)
  if (!body) throw usage('TOO_LARGE', 'The request is too large.')
  try {
    const value: unknown = JSON.parse(body.toString() || '{}')
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch (thrown) {
    throw usage('NOT_JSON', `The request is not JSON: ${messageOf(thrown)}.`)
  }
  throw usage('NOT_JSON', 'The request is not a JSON object.')
}

function reply(response: ServerResponse, status: number, body: unknown) {
  const text = JSON.stringify(body)
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text)
}
