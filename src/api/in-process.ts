// The same verbs with no supervisor running: on the store, in this process.
import type { Actor } from '../core/actors.js'
import type { Fleets } from '../fleet/fleet.js'
import { callVerb, type FleetClient } from './verbs.js'

export function inProcess(fleets: Fleets, actor: Actor, close: () => Promise<void>): FleetClient {
  return {
    isLive: false,
    call: async (verb, ...input) => (await callVerb(fleets, actor, verb, input[0] ?? {})) as never,
    close,
  }
}
