// A hook that the gateway hands over: the kind's handler answers, in bytes and out bytes. What goes wrong is told in the
// log; outside it is a status and one sentence, for whoever calls is anybody.
import type { IncomingMessage } from 'node:http'
import { HOOK_WITHIN_MS, RETRY_AFTER_S, TOKEN_HEADER } from '../core/hooks.js'
import type { HookAnswer, HookCall, HookHandler } from '../kinds/hooks.js'
import type { Log, SessionContext } from '../kinds/kind.js'
import { readBody } from '../node/bodies.js'
import { TimedOut, within } from '../node/waits.js'
import { stackOf } from './commands.js'
import type { BytesReply } from './replies.js'

const http = process.getBuiltinModule('node:http')

/** Between two neighbours on the way, not between the caller and the kind. */
const HOP_BY_HOP = /^(connection|keep-alive|proxy-.+|te|trailer|transfer-encoding|upgrade|content-length)$/i

export interface Hooks {
  /** For the kind. */
  readonly on: SessionContext['hooks']['on']
  /** @param rest of the address, behind the hook's name: path and query. Never rejects. */
  answer(name: string, rest: string, request: IncomingMessage): Promise<BytesReply>
}

export interface HookParts {
  /** Those that are declared: anything else is 404 without asking anybody. */
  specs: Readonly<Record<string, { maxBytes: number }>>
  signal: AbortSignal
  log: Log
  withinMs?: number
}

export function hooksOf({ specs, signal, log, withinMs = HOOK_WITHIN_MS }: HookParts): Hooks {
  const handlers = new Map<string, HookHandler>()

  async function answer(name: string, rest: string, request: IncomingMessage): Promise<BytesReply> {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined
    if (!spec) return refusal(404, 'HOOK_UNKNOWN', 'There is no such hook.')
    const handler = handlers.get(name)
    if (signal.aborted) return unavailable('The session is stopping.')
    if (!handler) return unavailable('The session is not ready for this yet.')
    const rawBody = await bodyOf(request, spec.maxBytes)
    if (signal.aborted) return unavailable('The session is stopping.')
    if (rawBody === 'too large') return refusal(413, 'TOO_LARGE', `The body is larger than ${spec.maxBytes} bytes.`)
    if (!rawBody) return refusal(400, 'CUT_SHORT', 'The body broke off.')
    return settled(name, () => handler({ ...askedIn(request, rest), rawBody }))
  }

  async function settled(name: string, handle: () => Promise<HookAnswer>): Promise<BytesReply> {
    // Also told when it fails after its time.
    const answered = (async () => replyOf(await handle()))().catch((error: unknown) => {
      log.error(`hook ${name} failed`, { error: stackOf(error) })
      return refusal(500, 'HOOK_FAILED', 'The session could not take this.')
    })
    try {
      return await within(withinMs, answered)
    } catch (error) {
      if (!(error instanceof TimedOut)) throw error
      log.error(`hook ${name} has not answered after ${withinMs / 1000} s`)
      return refusal(504, 'HOOK_SLOW', 'The session did not answer in time.')
    }
  }

  return {
    on(name, handler) {
      if (!Object.hasOwn(specs, name)) throw new Error(`the kind declares no hook "${name}"`)
      handlers.set(name, handler)
    },
    answer,
  }
}

/** Undefined when the caller broke off. */
async function bodyOf(request: IncomingMessage, maxBytes: number): Promise<Buffer | 'too large' | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return 'too large'
  try {
    return (await readBody(request, maxBytes)) ?? 'too large'
  } catch {
    return undefined // it is the caller who went away, and nobody else minds
  }
}

function askedIn({ method = '', headers }: IncomingMessage, rest: string): Omit<HookCall, 'rawBody'> {
  const at = rest.indexOf('?')
  const [path, query] = at < 0 ? [rest, ''] : [rest.slice(0, at), rest.slice(at + 1)]
  const given = Object.entries(headers).filter(([name]) => name !== TOKEN_HEADER)
  const own = given.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')] as const)
  return { method, path, query, headers: Object.fromEntries(own) }
}

/** Throws when it is no answer. */
function replyOf({ status, headers = {}, body = '' }: HookAnswer): BytesReply {
  if (!Number.isInteger(status) || status < 200 || status > 599) throw new Error(`it answered with status ${status}`)
  if (typeof body !== 'string' && !(body instanceof Uint8Array))
    throw new Error('it answered with a body that is neither a text nor bytes')
  const kept = Object.entries(headers).filter(([name]) => !HOP_BY_HOP.test(name))
  for (const [name, value] of kept) {
    http.validateHeaderName(name)
    for (const one of [value].flat()) http.validateHeaderValue(name, one)
  }
  return { status, headers: Object.fromEntries(kept), body }
}

const unavailable = (message: string) => refusal(503, 'UNAVAILABLE', message, { 'retry-after': String(RETRY_AFTER_S) })

function refusal(status: number, code: string, message: string, headers: Record<string, string> = {}): BytesReply {
  const body = JSON.stringify({ error: { code, message } })
  return { status, headers: { 'content-type': 'application/json', ...headers }, body }
}
