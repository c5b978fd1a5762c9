// The menu's way to the verbs: the supervisor when it answers, the store when it does not.
import type { FleetClient } from '../api/verbs.js'
import { isGone } from '../cli/cli.js'
import type { Doors } from '../cli/doors.js'

export interface FleetLink {
  /** Whether a supervisor answers. */
  isLive(): boolean
  call: FleetClient['call']
  bringUp(): Promise<void>
  /** Looks whether a supervisor answers now. */
  lookAgain(): Promise<void>
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
  /** The next call looks again who is there. */
  const forgetIfGone = (thrown: unknown): never => {
    if (isGone(thrown)) client = undefined
    throw thrown
  }
  const connected = async () => client ?? (await use(doors.client()))
  const call: FleetClient['call'] = (verb, ...input) =>
    connected().then((now) => now.call(verb, ...input).catch(forgetIfGone))
  return {
    call,
    isLive: () => client?.isLive ?? false,
    bringUp: async () => void (await use(doors.liveClient())),
    lookAgain: async () => {
      if (!client?.isLive) await use(doors.client())
    },
    close: async () => client?.close(),
  }
}
