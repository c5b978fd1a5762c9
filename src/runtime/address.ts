// The session's own address, a Unix socket that only this user can reach: POST /commands/NAME for the supervisor, and any
// method on /hooks/NAME[/rest][?query] for the gateway. Each shows a token of this run: all sessions share one user. The
// two differ, so that a gateway, to which the whole network speaks, can run no command.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { TOKEN_HEADER } from '../core/hooks.js'
import { type Connections, limitConnections } from '../node/connections.js'
import { listenOnOwnSocket } from '../node/own-socket.js'
import { distrustOfOwnDirectory } from '../node/trust.js'
import { type Commands, stackOf } from './commands.js'
import type { Hooks } from './hooks.js'
import { refuse, sendBytes, sendJson } from './replies.js'

const http = process.getBuiltinModule('node:http')
const { dirname } = process.getBuiltinModule('node:path')

const MAX_CONNECTIONS = 64
const LOOK_AT_SLOW_ONES_EVERY_MS = 2_000
const HEADERS_WITHIN_MS = 5_000
const REQUEST_WITHIN_MS = 30_000
const DOOR = /^\/(commands|hooks)\/([^/?]+)(.*)$/

export interface Address {
  close(): void
}

export interface AddressParts {
  /** Named by the run: nobody else ever listens there. */
  path: string
  commands: Commands
  commandToken: string
  hooks: Hooks
  hookToken: string
  onError: (message: string, stack: string) => void
}

/** Rejects when nothing can listen there, or others could reach it. */
export async function listenAtAddress(parts: AddressParts): Promise<Address> {
  const server = http.createServer({ connectionsCheckingInterval: LOOK_AT_SLOW_ONES_EVERY_MS }, (request, response) => {
    respond(request, response, parts, connections).catch((error: unknown) => {
      // Neither path nor query: others' secrets may stand there.
      parts.onError(`${request.method} at its address failed`, stackOf(error))
      if (!response.headersSent) sendJson(request, response, refuse(500, 'BUG', "See the session's log."))
    })
  })
  server.requestTimeout = REQUEST_WITHIN_MS
  server.headersTimeout = HEADERS_WITHIN_MS
  const connections = limitConnections(server, MAX_CONNECTIONS)
  const found = distrustOfOwnDirectory(dirname(parts.path))
  if (found) throw new Error(`${found.message}: ${found.remedy}`)
  await listenOnOwnSocket(server, parts.path)
  return {
    close() {
      server.close() // this removes the socket
      server.closeAllConnections()
    },
  }
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  { commands, commandToken, hooks, hookToken }: AddressParts,
  connections: Connections,
): Promise<void> {
  const [, door, name = '', rest = ''] = DOOR.exec(request.url ?? '') ?? []
  if (door === undefined) return sendJson(request, response, refuse(404, 'NOT_FOUND', 'No such path.'))
  const token = door === 'hooks' ? hookToken : commandToken
  if (!sameText(String(request.headers[TOKEN_HEADER] ?? ''), token)) {
    return sendJson(request, response, refuse(401, 'UNAUTHORIZED', 'Only for the supervisor and its gateway.'))
  }
  await connections.keep(request.socket, async () => {
    if (door === 'hooks') return sendBytes(request, response, await hooks.answer(name, rest, request))
    if (request.method !== 'POST') return sendJson(request, response, refuse(405, 'METHOD', 'POST only.'))
    if (rest !== '') return sendJson(request, response, refuse(404, 'NOT_FOUND', 'No such path.'))
    sendJson(request, response, await commands.answer(name, request))
  })
}

// As long for a wrong token as for the right one. Not node:crypto's: OpenSSL costs 2.3 MB in every session.
function sameText(given: string, right: string): boolean {
  const a = Buffer.from(given)
  const b = Buffer.from(right)
  let difference = a.length ^ b.length
  for (let i = 0; i < b.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0)
  return difference === 0
}
