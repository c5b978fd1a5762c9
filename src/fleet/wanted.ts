// Start, stop, restart: what many sessions are to do is read in one go, decided one by one and written in one go.
import { messageOf, UserError } from '../core/errors.js'
import { formatRef } from '../core/ids.js'
import type { Plan } from '../core/plans.js'
import { refusal } from '../store/refusals.js'
import type { WantedChange } from '../store/store.js'
import { throwIfItCannotRun } from './checks.js'
import { type Acting, entitlementsIn, entryOf, type Found, wake } from './parts.js'
import { findTargets, type Targets } from './targets.js'

/** What became of one of several. */
export interface Outcome {
  session: string
  error: { code: string; message: string; hint: string } | null
}

type Change = Pick<WantedChange, 'wanted' | 'requestStart' | 'requestRestart'>

export function wantedVerbs(parts: Acting) {
  const mayRun = (found: Found, plans: Plan[]) =>
    throwIfItCannotRun(found, parts.kinds.need(found.session.kind), entitlementsIn(plans, found.tenant, parts.now()))
  return {
    start: (input: Targets) => each(parts, input, 'session.start', { wanted: 'running', requestStart: true }, mayRun),
    restart: (input: Targets) =>
      each(parts, input, 'session.restart', { wanted: 'running', requestRestart: true }, mayRun),
    stop: (input: Targets) => each(parts, input, 'session.stop', { wanted: 'stopped' }, async () => undefined),
    /** The sessions that targets mean, by name. */
    resolve: async (input: Targets) => (await findTargets(parts, input)).found.map(({ ref }) => formatRef(ref)),
  }
}

/** All are looked up before any is touched; then each succeeds or fails by itself, and one alone throws. */
async function each(
  parts: Acting,
  input: Targets,
  action: string,
  change: Change,
  throwIfRefused: (found: Found, plans: Plan[]) => Promise<void>,
): Promise<Outcome[]> {
  const { found, plans } = await findTargets(parts, input)
  const refused = new Map<Found, unknown>()
  for (const one of found) {
    try {
      await throwIfRefused(one, plans)
      // Those that come after are judged as if it were done: a plan has room for so many of them together.
      Object.assign(one.session, { wanted: change.wanted })
    } catch (thrown) {
      refused.set(one, thrown)
    }
  }
  const accepted = found.filter((one) => !refused.has(one))
  for (const one of await leftOut(parts, accepted, action, change))
    refused.set(one, refusal('SESSION_UNKNOWN', one.session.id))
  if (found.length === 1 && refused.size === 1) throw [...refused.values()][0]
  await wake(parts)
  return found.map((one) => ({
    session: formatRef(one.ref),
    error: refused.has(one) ? asError(refused.get(one)) : null,
  }))
}

/** Writes it; answers those that were removed in the meantime. */
async function leftOut(parts: Acting, accepted: Found[], action: string, change: Change): Promise<Found[]> {
  if (accepted.length === 0) return []
  const changed = await parts.store.home(parts.homeId).changeWanted(
    accepted.map(({ session, ref }) => ({
      ...change,
      session: session.id,
      audit: entryOf(parts, action, formatRef(ref), {}),
    })),
  )
  return accepted.filter(({ session }) => !changed.has(session.id))
}

function asError(thrown: unknown): Outcome['error'] {
  if (thrown instanceof UserError) return { code: thrown.code, message: thrown.message, hint: thrown.hint }
  return { code: 'FAILED', message: messageOf(thrown), hint: '' }
}
