// What a kind says of a plan's limits, asked before something is written: a session that is added, whose config or
// secrets change, that is started; and of a change of plan, which sessions would have to wait.
import { notAllowed } from '../core/errors.js'
import { formatRef, type SessionId, type SessionRef } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import { byAge } from '../core/order.js'
import type { Entitlements } from '../core/plans.js'
import { readsSecret } from '../core/secret-names.js'
import { checkConfig } from '../kinds/config.js'
import type { Asked, Kind } from '../kinds/kind.js'
import { refusalsOf } from '../kinds/limits.js'
import type { Kinds } from '../kinds/load.js'
import type { Snapshot, StoredSession, TenantStore } from '../store/store.js'

export interface Asking {
  store: TenantStore
  ref: SessionRef
  /** Null: it is being added. */
  id: SessionId | null
  kind: Kind
  entitled: Entitlements
}

export interface Changed {
  /** As it is in the store; undefined when it is not there yet. */
  before?: JsonObject
  after: JsonObject
  /** A secret that is set or taken away in this step. */
  secret?: { name: string; isSet: boolean }
}

/**
 * What the plan refused before as well keeps nobody from changing something else.
 * @throws OVER_PLAN
 */
export async function throwIfChangeIsOverPlan(asking: Asking, { before, after, secret }: Changed): Promise<void> {
  const { kind, entitled } = asking
  const { secretNames, others } = await around(asking, () => true)
  const had = before && refusals(kind, { config: before, secretNames, others }, entitled)
  const names = secret ? withChange(secretNames, secret) : secretNames
  const has = refusals(kind, { config: after, secretNames: names, others }, entitled)
  throwIfAny(
    asking,
    has.filter((reason) => !had?.includes(reason)),
  )
}

/**
 * Beside the sessions that run, or will. One that is wanted already keeps its place before the newer ones.
 * @throws OVER_PLAN
 */
export async function throwIfStartIsOverPlan(asking: Omit<Asking, 'id'>, session: StoredSession): Promise<void> {
  const { id, config, wanted } = session
  const goesFirst = (other: StoredSession) => wanted !== 'running' || byAge(other, session) < 0
  const beside = (other: StoredSession) => other.wanted === 'running' && goesFirst(other)
  const { secretNames, others } = await around({ ...asking, id }, beside)
  throwIfAny(asking, refusals(asking.kind, { config, secretNames, others }, asking.entitled))
}

/** Of one of several sessions, beside those that keep their place: as the supervisor asks it. */
export type Refusals = (session: StoredSession, beside: StoredSession[], entitled: Entitlements) => string[]

export function refusalsIn({ secrets }: Snapshot, kinds: Kinds): Refusals {
  return (session, beside, entitled) => {
    const kind = kinds.get(session.kind)
    if (!kind) return []
    const mine = secrets.filter(
      (one) => one.session === session.id || (one.session === null && one.tenantId === session.tenantId),
    )
    const asked = { config: session.config, secretNames: namesFor(kind, mine), others: othersOf(kind, beside) }
    return refusals(kind, asked, entitled)
  }
}

/** A config that its schema refuses is another door's to refuse. */
function refusals(kind: Kind, asked: Asked, entitled: Entitlements): string[] {
  const checked = checkConfig(kind, asked.config)
  return checked.ok ? refusalsOf(kind, { ...asked, config: checked.config }, entitled) : []
}

/** Nothing is read for a kind that does not ask. */
async function around({ store, id, kind }: Asking, counts: (session: StoredSession) => boolean) {
  if (!kind.refuses) return { secretNames: [], others: [] }
  const [sessions, inherited, own] = await Promise.all([
    store.sessions(),
    store.secrets(null),
    id === null ? [] : store.secrets(id),
  ])
  const beside = sessions.filter((session) => session.id !== id && counts(session))
  return { secretNames: namesFor(kind, [...inherited, ...own]), others: othersOf(kind, beside) }
}

function namesFor(kind: Kind, secrets: { name: string }[]): string[] {
  return [...new Set(secrets.map(({ name }) => name))].filter((name) => readsSecret(kind.secrets, name)).sort()
}

const othersOf = (kind: Kind, sessions: StoredSession[]): Asked['others'] =>
  sessions.flatMap((session) => {
    const checked = session.kind === kind.name ? checkConfig(kind, session.config) : null
    return checked?.ok ? [{ name: session.name, config: checked.config }] : []
  })

const withChange = (names: string[], { name, isSet }: { name: string; isSet: boolean }) =>
  isSet ? [...new Set([...names, name])].sort() : names.filter((known) => known !== name)

function throwIfAny({ ref, entitled }: Pick<Asking, 'ref' | 'entitled'>, reasons: string[]) {
  if (reasons.length === 0) return
  const hint = `frota plan show ${entitled.plan}; frota tenant set-plan ${ref.tenant} PLAN`
  throw notAllowed('OVER_PLAN', `${formatRef(ref)}: ${reasons.join('; ')}.`, hint)
}
