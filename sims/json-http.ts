// JSON over node:http, for the page's calls and for the control API.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Refusal } from './refusal.js'

const LONGEST_BODY_BYTES = 4 * 1024 * 1024

export async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    length += chunk.length
    if (length > LONGEST_BODY_BYTES) throw new Refusal('too_large', 'body: larger than 4 MiB', { status: 413 })
    chunks.push(chunk)
  }
  const body = parse(Buffer.concat(chunks).toString('utf8') || '{}')
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Refusal('bad_json', 'body: must be a JSON object')
  return body as Record<string, unknown>
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Refusal('bad_json', `body: not JSON (${(error as Error).message})`)
  }
}

export function answer(response: ServerResponse, status: number, body: unknown) {
  if (response.destroyed) return
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}
