// The same verbs with no supervisor running: on the store, in this process.
import type { Fleet } from '../fleet/fleet.js'
import { type FleetClient, verbsOf } from './verbs.js'

export function inProcess(fleet: Fleet, close: () => Promise<void>): FleetClient {
  const verbs = verbsOf(fleet) as Record<string, (input: unknown) => Promise<unknown>>
  return {
    isLive: false,
    call: async (verb, ...input) => {
      const method = verbs[verb]
      if (!method) throw new Error(`no verb ${verb}`)
      return (await method(input[0] ?? {})) as never
    },
    close,
  }
}
