// The menu's way to the verbs: the supervisor when it answers, the store when it does not.
import type { FleetClient } from '../api/verbs.js'
import { isGone } from '../cli/cli.js'
import type { Doors } from '../cli/doors.js'

/** Nothing is done twice by asking these twice. */
const READS = /\.(list|show|status|config|events|logs|resolve)$/
const LOOK_EVERY_MS = 3_000

export interface FleetLink {
  /** Whether a supervisor answers. */
  isLive(): boolean
  call: FleetClient['call']
  bringUp(): Promise<void>
  close(): Promise<void>
}

export function openFleetLink(doors: Pick<Doors, 'client' | 'liveClient'>): FleetLink {
  let client: FleetClient | undefined
  const use = async (next: Promise<FleetClient>) => {
    const found = await next
    await client?.close()
    client = found
    return found
  }
  let lookedAtMs = Number.NEGATIVE_INFINITY
  /** With the fleet down, now and then somebody else may have brought it up. */
  const connected = async () => {
    if (client && (client.isLive || performance.now() - lookedAtMs < LOOK_EVERY_MS)) return client
    lookedAtMs = performance.now()
    return use(doors.client())
  }
  const call: FleetClient['call'] = (verb, ...input) => {
    const ask = () => connected().then((now) => now.call(verb, ...input))
    return ask().catch((thrown: unknown) => {
      if (!isGone(thrown)) throw thrown
      client = undefined
      if (!READS.test(verb)) throw thrown
      return ask()
    })
  }
  return {
    call,
    isLive: () => client?.isLive ?? false,
    bringUp: async () => void (await use(doors.liveClient())),
    close: async () => client?.close(),
  }
}
