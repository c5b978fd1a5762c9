// A request on its way to a session's address, and its answer back. A new connection each time: one that was kept may
// have been closed by the session in that moment, and nobody could tell whether the request had arrived.
import type { IncomingMessage } from 'node:http'
import { messageOf } from '../../core/errors.js'
import { readBody } from '../../node/bodies.js'
import { codeOf } from '../../node/codes.js'
import { distrustOfSocket } from '../../node/trust.js'
import { type RawHeaders, requestHeaders } from './headers.js'

const http = process.getBuiltinModule('node:http')

/** The session itself gives up on its handler before (HOOK_WITHIN_MS): this is for one that hangs. */
export const ANSWER_WITHIN_MS = 25_000
export const MAX_ANSWER_BYTES = 10 * 1024 * 1024

export interface Parcel {
  address: string
  token: string
  method: string
  /** `/hooks/NAME…`, as it came */
  path: string
  rawHeaders: RawHeaders
  chunks: readonly Uint8Array[]
  bytes: number
}

export type Outcome =
  | { is: 'answered'; status: number; statusText: string; rawHeaders: RawHeaders; body: Buffer }
  /** It is not there, or went away in the middle. */
  | { is: 'down'; why: string }
  | { is: 'late' }
  /** What came back is no answer, or too large a one. */
  | { is: 'nonsense'; why: string }

export interface Bounds {
  withinMs?: number
  maxBytes?: number
}

/** Never rejects. */
export async function handOver(
  parcel: Parcel,
  { withinMs = ANSWER_WITHIN_MS, maxBytes = MAX_ANSWER_BYTES }: Bounds = {},
): Promise<Outcome> {
  // For the whole of it: a time-out of the socket begins anew with every byte. AbortSignal.timeout() would keep what it
  // was listened with until its time had come.
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), withinMs)
  try {
    const found = distrustOfSocket(parcel.address)
    if (found) return { is: 'down', why: found.message }
    const response = await send(parcel, late.signal)
    const body = await readBody(response, maxBytes)
    if (!body) {
      response.destroy()
      return { is: 'nonsense', why: `the answer is larger than ${maxBytes} bytes` }
    }
    const { statusCode = 0, statusMessage = '', rawHeaders } = response
    return { is: 'answered', status: statusCode, statusText: statusMessage, rawHeaders, body }
  } catch (thrown) {
    if (late.signal.aborted) return { is: 'late' }
    const why = messageOf(thrown)
    return isNonsense(thrown) ? { is: 'nonsense', why } : { is: 'down', why }
  } finally {
    clearTimeout(timer)
  }
}

function send(parcel: Parcel, signal: AbortSignal): Promise<IncomingMessage> {
  const { address, token, method, path, rawHeaders, chunks, bytes } = parcel
  return new Promise((resolve, reject) => {
    const asked = http.request({
      agent: false,
      socketPath: address,
      method,
      path,
      headers: requestHeaders({ method, rawHeaders }, token, bytes),
      signal,
    })
    asked.on('response', resolve)
    asked.on('error', reject)
    for (const chunk of chunks) asked.write(chunk)
    asked.end()
  })
}

/** The parser's codes. */
const isNonsense = (thrown: unknown) => (codeOf(thrown) ?? '').startsWith('HPE_')
