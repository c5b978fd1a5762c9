// The control API's verbs: a name, and the Fleet method behind it. One table, three doors: the HTTP handler, the
// in-process door and the typed client are all drawn from it.
import type { Fleet } from '../fleet/fleet.js'

/** A verb's input is one JSON object; what a method does not know of it, it ignores. */
export function verbsOf(fleet: Fleet) {
  const { tenants, plans, kinds, sessions, secrets, history, notify, host } = fleet
  return {
    'tenants.add': tenants.add,
    'tenants.list': tenants.list,
    'tenants.show': tenants.show,
    'tenants.rename': tenants.rename,
    'tenants.wouldStop': tenants.wouldStop,
    'tenants.setPlan': tenants.setPlan,
    'tenants.setStatus': tenants.setStatus,
    'tenants.remove': tenants.remove,
    'plans.list': plans.list,
    'plans.show': plans.show,
    'plans.wouldStop': plans.wouldStop,
    'plans.set': plans.set,
    'kinds.list': kinds.list,
    'kinds.show': kinds.show,
    'sessions.add': sessions.add,
    'sessions.list': sessions.list,
    'sessions.show': sessions.show,
    'sessions.rename': sessions.rename,
    'sessions.start': sessions.start,
    'sessions.stop': sessions.stop,
    'sessions.restart': sessions.restart,
    'sessions.resolve': sessions.resolve,
    'sessions.remove': sessions.remove,
    'sessions.recover': sessions.recover,
    'sessions.config': sessions.config,
    'sessions.configSet': sessions.configSet,
    'sessions.configUnset': sessions.configUnset,
    'sessions.command': sessions.command,
    'secrets.set': secrets.set,
    'secrets.list': secrets.list,
    'secrets.remove': secrets.remove,
    'history.events': history.events,
    'history.logs': history.logs,
    'notify.set': notify.set,
    'notify.list': notify.list,
    'notify.remove': notify.remove,
    'host.status': host.status,
    'host.down': host.down,
    'host.resume': host.resume,
    'host.clean': host.clean,
    'host.wake': host.wake,
    'host.testAlerts': host.testAlerts,
  }
}

export type Verbs = ReturnType<typeof verbsOf>
export type Verb = keyof Verbs
export type Input<V extends Verb> = Parameters<Verbs[V]> extends [infer I, ...unknown[]] ? I : Record<string, never>
export type Output<V extends Verb> = Awaited<ReturnType<Verbs[V]>>

/** The same verbs through either door: over the socket to the supervisor, or in this process with the fleet down. */
export interface FleetClient {
  /** Whether a supervisor answers: only then are states live. */
  readonly isLive: boolean
  call<V extends Verb>(verb: V, ...input: Input<V> extends Record<string, never> ? [] : [Input<V>]): Promise<Output<V>>
  close(): Promise<void>
}
