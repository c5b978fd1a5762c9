// What a change of a customer's plan or status would take offline: asked before it is done, since its customers notice.
import { formatRef } from '../core/ids.js'
import { bySession } from '../core/order.js'
import { type Entitlements, entitlements, type Plan } from '../core/plans.js'
import type { StoredSession, Tenant } from '../store/store.js'

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

/** @param from how it stands @param to how it would stand */
export function impactOf(
  tenant: string,
  sessions: StoredSession[],
  from: Standing,
  to: Standing,
  now: Date,
): Pick<Impact, 'stops' | 'reason'> {
  const [before, after] = [from, to].map((at) => entitlements(at.plan, at.tenant, now))
  if (!before || !after) return { stops: [], reason: null }
  const still = new Set(allowed(sessions, after))
  const stops = allowed(sessions, before).filter((session) => !still.has(session))
  if (stops.length === 0) return { stops: [], reason: null }
  const refs = stops.map(({ name }) => ({ tenant, name })).sort(bySession)
  return { stops: refs.map(formatRef), reason: whyNot(after) }
}

/** As the supervisor decides it: the oldest of each home run, the newest surplus waits. */
function allowed(sessions: StoredSession[], { mayRun, sessions: most }: Entitlements): StoredSession[] {
  if (!mayRun.yes) return []
  const wanted = sessions.filter((session) => session.wanted === 'running')
  const sorted = wanted.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1))
  return [...Map.groupBy(sorted, ({ home }) => home).values()].flatMap((ofHome) => ofHome.slice(0, most ?? undefined))
}

const whyNot = ({ mayRun, plan, sessions }: Entitlements) =>
  mayRun.yes ? `the ${plan} plan runs ${sessions} of its sessions at once` : mayRun.reason
