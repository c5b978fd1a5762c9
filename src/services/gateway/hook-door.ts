// The door of the hooks. One request to a hook that there is: may it pass now, can it be received, and what came back.
import type { IncomingMessage } from 'node:http'
import { RETRY_AFTER_S } from '../../core/hooks.js'
import { type Held, holdIn, receive, roomOf } from './body.js'
import type { Door, Exchange } from './door.js'
import { type Bounds, handOver, type Outcome } from './hand-over.js'
import { answer, refuse } from './replies.js'
import type { Hook, Routes } from './routes.js'
import { hookIn, redacted } from './target.js'
import type { Refusal } from './texts.js'

const MAX_IN_FLIGHT = 256
/** Of one hook: one slow session does not fill the house. */
const MAX_IN_FLIGHT_EACH = 16
/** All bodies that are being received or handed over, and all answers that are being sent. */
const ROOM_BYTES = 64 * 1024 * 1024
const BUSY_RETRY_S = 1

export interface HookDoorParts {
  routes: Pick<Routes, 'find'>
  warn(message: string, fields: Record<string, string | number>): void
  handOverBounds?: Bounds
}

export function openHookDoor({ routes, warn, handOverBounds }: HookDoorParts): Door {
  const room = roomOf(ROOM_BYTES)
  let inFlight = 0
  return {
    find(_method, url) {
      const target = hookIn(url)
      const hook = target && routes.find(target.opaque, target.name)
      return hook ? (exchange) => exchange.keep(() => pass(hook, target.rest, exchange)) : null
    },
    inFlight: () => inFlight,
  }

  async function pass(hook: Hook, rest: string, exchange: Exchange): Promise<void> {
    const { request, response } = exchange
    const refusal = refusalOf(hook, request)
    if (refusal) return refuse(request, response, ...refusal)
    inFlight += 1
    hook.count.inFlight += 1
    const held = holdIn(hook.count.room, room)
    try {
      exchange.proceed()
      const received = await receive(request, hook.maxBytes, held)
      if (received === 'broken off') return // there is nobody to answer
      if (received === 'too large') return refuse(request, response, 'tooLarge')
      if (received === 'no room') return refuse(request, response, 'busy', BUSY_RETRY_S)
      // It may have come back elsewhere, or be gone, since the first byte.
      const now = routes.find(hook.opaque, hook.name)
      if (!now) return refuse(request, response, 'unknown')
      await deliver(now, rest, exchange, received, held)
      await settled(exchange)
    } finally {
      held.release()
      hook.count.inFlight -= 1
      inFlight -= 1
    }
  }

  /** Before anything of the body is read. */
  function refusalOf(hook: Hook, { headers }: IncomingMessage): [Refusal, number?] | null {
    if (Number(headers['content-length'] ?? 0) > hook.maxBytes) return ['tooLarge']
    if (hook.address === null) return ['down', RETRY_AFTER_S]
    if (inFlight >= MAX_IN_FLIGHT) return ['busy', BUSY_RETRY_S]
    if (hook.count.inFlight >= MAX_IN_FLIGHT_EACH) return ['tooMany', BUSY_RETRY_S]
    return hook.mayPass() ? null : ['tooMany', Math.ceil(60 / hook.perMinute)]
  }

  async function deliver(
    hook: Hook,
    rest: string,
    { request, response }: Exchange,
    body: { chunks: Buffer[]; bytes: number },
    held: Held,
  ): Promise<void> {
    const { method = '', rawHeaders } = request
    const { address, token } = hook
    const path = `/hooks/${hook.name}${rest}`
    const outcome: Outcome =
      address === null
        ? { is: 'down', why: '' }
        : await handOver({ address, token, method, path, rawHeaders, ...body }, handOverBounds)
    if (outcome.is === 'answered') {
      held.release()
      // Whoever hears no 2xx asks again, and the session knows what it has taken already.
      if (!held.take(outcome.body.length)) return refuse(request, response, 'busy', BUSY_RETRY_S)
      return answer(request, response, { ...outcome })
    }
    if (outcome.is === 'down') refuse(request, response, 'down', RETRY_AFTER_S)
    else refuse(request, response, outcome.is, outcome.is === 'late' ? RETRY_AFTER_S : null)
    tellOf(hook, outcome)
  }

  function tellOf({ session, name, opaque }: Hook, outcome: Exclude<Outcome, { is: 'answered' }>) {
    const why = 'why' in outcome ? { why: outcome.why } : {}
    warn('a hook was not taken', { session, hook: name, at: redacted(opaque), outcome: outcome.is, ...why })
  }
}

/**
 * Until the answer is sent, or nobody is there to take it. One that waits behind another on the same connection does not
 * hear of that connection's end by itself.
 */
function settled({ request: { socket }, response }: Exchange): Promise<void> {
  return new Promise((resolve) => {
    if (response.closed || socket.destroyed) return resolve()
    const done = () => {
      response.off('close', done)
      socket.off('close', done)
      resolve()
    }
    response.once('close', done)
    socket.once('close', done)
  })
}
