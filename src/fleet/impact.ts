// What a change of a customer's plan or status would take offline: asked before it is done, since its customers notice.
import { formatRef } from '../core/ids.js'
import { byAge, bySession } from '../core/order.js'
import { type Entitlements, entitlements, type Plan, whyNoPlace } from '../core/plans.js'
import type { StoredSession, Tenant } from '../store/store.js'
import type { Refusals } from './over-plan.js'

export interface Impact {
  /** Wanted sessions that may run now and may not afterwards, in the order of `ls`. */
  stops: string[]
  reason: string | null
  /** The plan's end, when the change names one that is past already. */
  pastEnd: string | null
}

interface Standing {
  tenant: Pick<Tenant, 'status' | 'planExpiresAt'>
  plan: Plan
}

/** @param from how it stands @param to how it would stand @param refusals what kinds say of their limits */
export function impactOf(
  tenant: string,
  sessions: StoredSession[],
  from: Standing,
  to: Standing,
  { now, refusals }: { now: Date; refusals: Refusals },
): Pick<Impact, 'stops' | 'reason'> {
  const before = whatRuns(sessions, entitlements(from.plan, from.tenant, now), refusals)
  const after = whatRuns(sessions, entitlements(to.plan, to.tenant, now), refusals)
  const stops = before.runs.filter((session) => !after.runs.includes(session))
  if (stops.length === 0) return { stops: [], reason: null }
  const refs = stops.map(({ name }) => ({ tenant, name })).sort(bySession)
  const reasons = new Set(stops.map((session) => after.whyNot.get(session)))
  return { stops: refs.map(formatRef), reason: [...reasons].join('; ') }
}

/** As the supervisor decides it: the oldest of each home run, the newest surplus waits. */
function whatRuns(sessions: StoredSession[], entitled: Entitlements, refusals: Refusals) {
  const whyNot = new Map<StoredSession, string>()
  const runs: StoredSession[] = []
  const wanted = sessions.filter((session) => session.wanted === 'running')
  for (const session of wanted.sort(byAge)) {
    const beside = runs.filter(({ home }) => home === session.home)
    const reason = whyNoPlace(entitled, beside.length) ?? (refusals(session, beside, entitled).join('; ') || null)
    if (reason === null) runs.push(session)
    else whyNot.set(session, reason)
  }
  return { runs, whyNot }
}
