// What a plan limits of a kind, computed in one place: the kind's schema defaults (the strictest), over them the kind's
// own values for the plan, over these what an operator changed.
import { messageOf } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'
import type { KindLimits } from '../core/plans.js'
import type { Asked, Kind } from './kind.js'

/** A plan's part in it: its slug, and what was changed. */
export interface LimitedBy {
  plan: string
  limits: KindLimits
}

/** A value that the schema refuses (written into the database by hand, or for an older kind) counts for nothing. */
export function limitsOf(kind: Pick<Kind, 'name' | 'limits' | 'plans'>, { plan, limits }: LimitedBy): JsonObject {
  const values = [ownEntry(limits, kind.name), ownEntry(kind.plans, plan)]
  const result: JsonObject = {}
  for (const [key, field] of Object.entries(kind.limits?.shape ?? {})) {
    const given = values.map((each) => ownEntry(each, key)).filter((value) => value !== undefined)
    const good = [...given, undefined].map((value) => field.safeParse(value)).find(({ success }) => success)
    result[key] = good?.data ?? null
  }
  return result
}

/** Why the plan does not allow a session of this kind to be as it is asked of; empty when it does. */
export function refusalsOf(kind: Kind, asked: Asked, by: LimitedBy & { kinds: string[] | null }): string[] {
  if (by.kinds !== null && !by.kinds.includes(kind.name)) return [`the ${by.plan} plan has no sessions of this kind`]
  if (!kind.refuses) return []
  try {
    return kind.refuses(asked, limitsOf(kind, by)).map(String)
  } catch (thrown) {
    // A kind from outside may be wrong here: its own sessions wait for that, and nobody else's.
    return [`what the ${by.plan} plan allows cannot be told: ${messageOf(thrown)}`]
  }
}

/** Of an object that may be anything. */
function ownEntry(from: unknown, key: string): unknown {
  return typeof from === 'object' && from !== null && Object.hasOwn(from, key)
    ? from[key as keyof typeof from]
    : undefined
}
