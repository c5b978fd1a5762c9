import type { IncomingMessage, ServerResponse } from 'node:http'
import { throwAway } from './body.js'
import { type RawHeaders, responseHeaders } from './headers.js'
import { REFUSALS, type Refusal } from './texts.js'

export interface GatewayReply {
  status: number
  statusText?: string
  rawHeaders: RawHeaders
  body: string | Uint8Array
}

export function answer(request: IncomingMessage, response: ServerResponse, reply: GatewayReply): void {
  const { status, statusText, rawHeaders, body } = reply
  const { method = '' } = request
  if (!request.complete) throwAway(request)
  const headers = responseHeaders(method, status, rawHeaders, Buffer.byteLength(body))
  if (statusText) response.writeHead(status, statusText, headers)
  else response.writeHead(status, headers)
  response.end(body)
}

/** @param retryAfterS when it is worth another try */
export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  refusal: Refusal,
  retryAfterS: number | null = null,
): void {
  const { status, text } = REFUSALS[refusal]
  const rawHeaders = ['content-type', 'text/plain; charset=utf-8', 'cache-control', 'no-store']
  if (retryAfterS !== null) rawHeaders.push('retry-after', String(retryAfterS))
  answer(request, response, { status, rawHeaders, body: `${text}\n` })
}
