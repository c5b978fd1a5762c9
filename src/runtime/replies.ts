// What a session answers at its port and at its address.
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Json } from '../core/json.js'

export interface Reply {
  status: number
  body: Json
}

export const refuse = (status: number, code: string, message: string, hint = ''): Reply => ({
  status,
  body: { error: { code, message, hint } },
})

export function sendJson(request: IncomingMessage, response: ServerResponse, { status, body }: Reply): void {
  sendBytes(request, response, { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
}

export interface BytesReply {
  status: number
  headers: OutgoingHttpHeaders
  body: string | Uint8Array
}

const BODILESS: ReadonlySet<number> = new Set([204, 304])

export function sendBytes(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: BytesReply,
): void {
  const length = BODILESS.has(status) ? {} : { 'content-length': Buffer.byteLength(body) }
  // What is left of a body that was refused is not read.
  const close = request.complete ? {} : { connection: 'close' }
  response.writeHead(status, { ...headers, ...length, ...close }).end(BODILESS.has(status) ? undefined : body)
}
