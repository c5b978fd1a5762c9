// Who may be called from outside, as the supervisor said last; kept while it is away. What is counted of a hook stays
// when the routes are told anew.
import { bucket } from '../../core/bucket.js'
import { HOOK_BYTES, MAX_HOOK_BYTES } from '../../core/hooks.js'
import type { Route } from '../../core/protocol.js'
import { type Room, roomOf } from './body.js'

/** One hook of one session. */
export interface Hook {
  readonly opaque: string
  readonly session: string
  readonly name: string
  readonly address: string | null
  readonly token: string
  readonly maxBytes: number
  readonly perMinute: number
  /** Takes one of this minute's; false when there is none left. */
  readonly mayPass: () => boolean
  readonly count: { inFlight: number; readonly room: Room }
}

export interface Routes {
  take(routes: readonly Route[]): void
  /** A Map looks up the whole text: how much of a guess was right does not show in the time that it takes. */
  find(opaque: string, name: string): Hook | undefined
  size(): number
}

const PER_MINUTE = 600
/** Of the room for bodies and answers: two of the largest. One hook leaves room for the others. */
const SHARE_BYTES = 2 * MAX_HOOK_BYTES

export function openRoutes(monotonicMs: () => number): Routes {
  let hooks = new Map<string, Hook>()
  return {
    take(routes) {
      hooks = new Map(routes.flatMap((route) => hooksOf(route).map((hook) => [keyOf(hook.opaque, hook.name), hook])))
    },
    find: (opaque, name) => hooks.get(keyOf(opaque, name)),
    size: () => hooks.size,
  }

  function hooksOf({ opaque, session, address, token, hooks: specs }: Route): Hook[] {
    return specs.map(({ name, maxBytes, perMinute: own }) => {
      const known = hooks.get(keyOf(opaque, name))
      const perMinute = own ?? PER_MINUTE
      return {
        opaque,
        session,
        name,
        address,
        token,
        maxBytes: Math.min(maxBytes ?? HOOK_BYTES, MAX_HOOK_BYTES),
        perMinute,
        mayPass: known?.perMinute === perMinute ? known.mayPass : minuteOf(perMinute),
        count: known?.count ?? { inFlight: 0, room: roomOf(SHARE_BYTES) },
      }
    })
  }

  /** A minute's worth may come at once: senders deliver in bursts. */
  function minuteOf(perMinute: number): () => boolean {
    return bucket({ perSecond: perMinute / 60, burst: perMinute, monotonicMs })
  }
}

const keyOf = (opaque: string, name: string) => `${opaque}/${name}`
