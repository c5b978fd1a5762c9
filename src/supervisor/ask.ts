// A command on its way to a session's address. What comes back is the session's word: bounded in size and time, and
// read with care, since a session that goes wrong must not take the supervisor with it.
import { request } from 'node:http'
import { messageOf, UserError } from '../core/errors.js'
import { TOKEN_HEADER } from '../core/hooks.js'
import type { Json, JsonObject } from '../core/json.js'
import { readBody } from '../node/bodies.js'
import { distrustOfSocket } from '../node/trust.js'

const ANSWER_WITHIN_MS = 60_000
const MAX_ANSWER_BYTES = 8 * 1024 * 1024

export interface Question {
  /** The path of its Unix socket. */
  address: string
  command: string
  input: JsonObject
  token: string
}

/** Rejects with a UserError: the session's own refusal, or that it did not answer. */
export async function askSession(
  question: Question,
  withinMs = ANSWER_WITHIN_MS,
  maxBytes = MAX_ANSWER_BYTES,
): Promise<Json> {
  const { status, text } = await call(question, withinMs, maxBytes).catch((thrown: unknown) => {
    const why = isTimeout(thrown) ? `no answer within ${withinMs / 1000} s` : messageOf(thrown)
    throw failed(`The session did not answer "${question.command}": ${why}.`)
  })
  return readAnswer(question.command, status, text)
}

function call({ address, command, input, token }: Question, withinMs: number, maxBytes: number) {
  const path = `/commands/${encodeURIComponent(command)}`
  const headers = { 'content-type': 'application/json', [TOKEN_HEADER]: token }
  // For the whole of it: a time-out of the socket begins anew with every byte.
  const signal = AbortSignal.timeout(withinMs)
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    // Asked each time, as the session does: a directory under /tmp may have been cleared away and made by another.
    const found = distrustOfSocket(address)
    if (found) throw new Error(found.message)
    const asked = request({ socketPath: address, agent: false, path, method: 'POST', headers, signal }, (response) => {
      readBody(response, maxBytes).then((body) => {
        if (body) return resolve({ status: response.statusCode ?? 0, text: body.toString() })
        asked.destroy()
        reject(new Error(`its answer is larger than ${maxBytes} bytes`))
      }, reject)
    })
    asked.on('error', reject)
    asked.end(JSON.stringify(input))
  })
}

function readAnswer(command: string, status: number, text: string): Json {
  const body = parse(text)
  if (status === 200 && body) return body.result ?? null
  const error = body?.error
  if (typeof error !== 'object' || error === null || Array.isArray(error)) {
    throw failed(`The session answered "${command}" with ${status} and nothing that can be read.`)
  }
  const said = (value: Json | undefined, otherwise: string) => (typeof value === 'string' ? value : otherwise)
  throw new UserError(
    said(error.code, 'COMMAND_FAILED'),
    said(error.message, `The session answered ${status}.`),
    said(error.hint, ''),
  )
}

/** Undefined when it is no JSON object. */
function parse(text: string): JsonObject | undefined {
  try {
    const value: Json = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined // told by the caller: the text is the session's, and may be anything
  }
}

const failed = (message: string) => new UserError('COMMAND_FAILED', message, 'frota logs')

const isTimeout = (thrown: unknown) =>
  thrown instanceof Error &&
  (thrown.name === 'TimeoutError' || (thrown.cause as Error | undefined)?.name === 'TimeoutError')
