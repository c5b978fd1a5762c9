// POST /commands/NAME: the supervisor asks, the kind's handler answers. Input was validated by the supervisor.
import type { IncomingMessage } from 'node:http'
import { messageOf, type UserError } from '../core/errors.js'
import type { Json, JsonObject } from '../core/json.js'
import type { Log, SessionContext } from '../kinds/kind.js'
import { readBody } from '../node/bodies.js'
import { type Redact, redactedJson } from './redact.js'
import { type Reply, refuse } from './replies.js'

const MAX_INPUT_BYTES = 1024 * 1024

export interface Commands {
  /** For the kind. */
  readonly on: SessionContext['commands']['on']
  /** For a caller who has shown the token. */
  answer(name: string, request: IncomingMessage): Promise<Reply>
}

export interface CommandOptions {
  /** Those the kind declares: anything else is 404 without asking it. */
  names: readonly string[]
  signal: AbortSignal
  log: Log
  redact: Redact
}

export function commandsOf({ names, signal, log, redact }: CommandOptions): Commands {
  const handlers = new Map<string, (input: JsonObject) => Promise<Json>>()

  async function answer(name: string, request: IncomingMessage): Promise<Reply> {
    if (!names.includes(name)) return refuse(404, 'COMMAND_UNKNOWN', `No command "${name}".`)
    const handler = handlers.get(name)
    if (signal.aborted) return refuse(503, 'STOPPING', 'The session is stopping.')
    if (!handler) return refuse(503, 'NOT_READY', `"${name}" is not available yet.`)
    const input = await readInput(request)
    if ('status' in input) return input
    const { status, body } = await call(name, handler, input.value)
    return { status, body: JSON.parse(redactedJson(body, redact)) as Json }
  }

  async function call(name: string, handler: (input: JsonObject) => Promise<Json>, input: JsonObject): Promise<Reply> {
    try {
      return { status: 200, body: { result: (await handler(input)) ?? null } }
    } catch (error) {
      if (isUserError(error)) return refuse(422, error.code, error.message, error.hint)
      log.error(`command ${name} failed`, { error: stackOf(error) })
      return refuse(500, 'COMMAND_FAILED', `"${name}" failed: ${messageOf(error)}`)
    }
  }

  return {
    on(name, handler) {
      if (!names.includes(name)) throw new Error(`the kind declares no command "${name}"`)
      handlers.set(name, handler)
    },
    answer,
  }
}

/** By its name: a kind brings the class from its own copy of the file. */
const isUserError = (error: unknown): error is UserError => error instanceof Error && error.name === 'UserError'

async function readInput(request: IncomingMessage): Promise<Reply | { value: JsonObject }> {
  const body = await readBody(request, MAX_INPUT_BYTES)
  if (!body) return refuse(413, 'TOO_LARGE', 'The input is larger than 1 MB.')
  try {
    const value: unknown = JSON.parse(body.toString() || '{}')
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { value: value as JsonObject }
    return refuse(400, 'BAD_INPUT', 'The input is not a JSON object.')
  } catch (error) {
    return refuse(400, 'BAD_INPUT', `The input is not JSON: ${messageOf(error)}`)
  }
}

/** With what caused it, which a stack does not tell. */
export function stackOf(error: unknown): string {
  const message = messageOf(error)
  if (!(error instanceof Error)) return message
  const stack = error.stack ?? error.message
  return stack.includes(message) ? stack : `${stack}\n    because ${message}`
}
