// What is wanted, as last read from the store (or its mirror): a store that does not answer changes nothing.

import { hash } from 'node:crypto'
import { messageOf } from '../core/errors.js'
import type { SessionId } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import type { OneTimeLinks } from '../core/one-time-links.js'
import type { Entitlements } from '../core/plans.js'
import { missingSecrets, readsSecret } from '../core/secret-names.js'
import { checkConfig } from '../kinds/config.js'
import { needsOf } from '../kinds/host-services.js'
import type { Asked } from '../kinds/kind.js'
import { limitsOf, refusalsOf } from '../kinds/limits.js'
import { within } from '../node/waits.js'
import type { HomeStore, Snapshot, StoredSession } from '../store/store.js'
import type { OperatorSecrets, SupervisorParts } from './parts.js'
import { type CheckedConfig, DEFAULT_LIMITS, type Wanted, wantedOf } from './wanted.js'
import { wantedServices } from './wanted-services.js'

export interface WantedView {
  sessions(): ReadonlyMap<SessionId, Wanted>
  /** The host services that the home knows of, and the sessions. */
  units(): ReadonlyMap<SessionId, Wanted>
  /** From now on this host service is wanted anew. @param request higher than the last that was obeyed */
  restartService(name: string, request: number): void
  snapshot(): Snapshot | null
  readonly operatorSecrets: OperatorSecrets
  /** Reads the store. On an outage the last answer stays, and `outage` says since when. */
  refresh(): Promise<void>
  /** The first reading. One that takes long is an outage until its answer comes: what there is to go by is the mirror. */
  begin(): Promise<void>
  outage(): { since: Date; reason: string } | null
  /** Configs refused on the last reading, by session. */
  problems(): ReadonlyMap<SessionId, string>
}

const LIMITS_VERSION_CHARS = 16
const TELL_AFTER_MS = 60_000
/** A hosted project answers in 20 to 200 ms. Sessions must not be left without a supervisor for one that hangs. */
const BOOT_PATIENCE_MS = 1_000

export function openWanted(
  parts: SupervisorParts,
  store: HomeStore,
  links: Pick<OneTimeLinks, 'areWanted'>,
): WantedView {
  let snapshot: Snapshot | null = null
  const operatorSecrets = parts.services.secrets(() => snapshot)
  let wanted = new Map<SessionId, Wanted>()
  let units = new Map<SessionId, Wanted>()
  const neededAt = new Map<string, number>()
  const restartRequests = new Map<string, number>()
  let outage: { since: Date; reason: string } | null = null
  /** Readings overlap (the loop's and a verb's): an answer that was asked for earlier never replaces a later one. */
  let lastAsked = 0
  let lastHeard = 0
  const problems = new Map<SessionId, string>()
  const checked = new Map<SessionId, { key: string; result: CheckedConfig }>()
  return {
    sessions: () => wanted,
    units: () => units,
    restartService(name, request) {
      restartRequests.set(name, request)
      rework()
    },
    snapshot: () => snapshot,
    operatorSecrets,
    outage: () => outage,
    problems: () => problems,
    refresh,
    async begin() {
      const reading = refresh()
      if (!parts.mirror) return reading
      await within(BOOT_PATIENCE_MS, reading).catch(goByMirror)
    },
  }

  async function refresh() {
    const turn = ++lastAsked
    try {
      const read = await store.snapshot()
      if (turn < lastHeard) return
      lastHeard = turn
      snapshot = read
      if (outage) parts.log.info('the store answers again', { since: outage.since.toISOString() })
      outage = null
      parts.mirror?.save(snapshot)
    } catch (thrown) {
      if (turn < lastHeard) return
      return goByMirror(thrown)
    }
    tellOfOutage()
    rework()
  }

  function goByMirror(thrown: unknown) {
    const reason = messageOf(thrown)
    // The reason may become a better one: "no answer yet" is followed by why there is none.
    if (outage?.reason !== reason) parts.log.warn(`the store does not answer: ${reason}`)
    outage = { since: outage?.since ?? parts.now(), reason }
    snapshot ??= parts.mirror?.load()?.snapshot ?? null
    tellOfOutage()
    rework()
  }

  /** Not of a hiccup. */
  function tellOfOutage() {
    const at = parts.now()
    if (!outage) return parts.clearAlert('store')
    if (at.getTime() - outage.since.getTime() < TELL_AFTER_MS) return
    const title = `${parts.settings.hostName}: the store is away`
    const text = `${outage.reason} Sessions work on; nothing can be changed until it answers.`
    parts.alert({ key: 'store', level: 'critical', title, text, session: null, at })
  }

  /** Also without an answer: plans expire by the clock. */
  function rework() {
    if (!snapshot) return
    const { maxSessions, only, force } = parts.settings
    wanted = wantedOf(snapshot, {
      now: parts.now(),
      maxSessions,
      only,
      force,
      check,
      limitsOf: limitsNow,
      refusals,
      reads,
    })
    units = new Map([...servicesFor(wanted), ...wanted])
    for (const id of checked.keys()) {
      if (wanted.has(id)) continue
      checked.delete(id)
      problems.delete(id)
    }
  }

  function servicesFor(sessions: ReadonlyMap<SessionId, Wanted>) {
    return wantedServices(sessions.values(), {
      known: parts.kinds.services,
      settings: parts.services.settings,
      hasLinks: links.areWanted(),
      hasHooks: (kind) => Object.keys(parts.kinds.get(kind)?.hooks ?? {}).length > 0,
      secrets: operatorSecrets,
      restartRequests,
      neededAt,
      nowMs: performance.now(),
    })
  }

  function reads(kind: string, secret: string) {
    return readsSecret(parts.kinds.get(kind)?.secrets, secret)
  }

  function limitsNow(name: string, entitled: Entitlements) {
    const kind = parts.kinds.get(name)
    const value = kind?.limits ? limitsOf(kind, entitled) : {}
    return { value, version: kind?.limits ? hash('sha256', JSON.stringify(value)).slice(0, LIMITS_VERSION_CHARS) : '' }
  }

  function refusals(session: StoredSession, config: JsonObject, others: Asked['others'], entitled: Entitlements) {
    const kind = parts.kinds.get(session.kind)
    if (!kind) return []
    const secretNames = secretNamesOf(session).filter((name) => readsSecret(kind.secrets, name))
    return refusalsOf(kind, { config, secretNames, others }, entitled)
  }

  /** Cached: a schema is asked once for each version of a config and of the secrets' names. */
  function check(session: StoredSession, entitled: Entitlements): CheckedConfig {
    const names = secretNamesOf(session)
    const key = `${session.kind} ${session.configVersion} ${entitled.maxMemoryBytes} ${names.join()}`
    const known = checked.get(session.id)
    if (known?.key === key) return known.result
    const result = checkNow(session, entitled, names)
    checked.set(session.id, { key, result })
    const problem = result.ok ? result.problem : result.reason
    if (problem === null) problems.delete(session.id)
    else problems.set(session.id, problem)
    return result
  }

  function checkNow(session: StoredSession, entitled: Entitlements, names: string[]): CheckedConfig {
    const kind = parts.kinds.get(session.kind)
    if (!kind) return { ok: false, reason: [`unknown kind "${session.kind}"`, ...parts.kinds.problems].join('; ') }
    if (!kind.run) return { ok: false, reason: `the kind ${kind.name} has no sessions` }
    const missing = missingSecrets(kind.secrets, names)
    if (missing.length > 0) return { ok: false, reason: `needs the secret ${missing.join(', ')}` }
    const answer = checkConfig(kind, session.config)
    const limits = (maxMemoryBytes: number | null) => ({
      maxMemoryBytes: Math.min(maxMemoryBytes ?? entitled.maxMemoryBytes, entitled.maxMemoryBytes),
      readyWithinMs: kind.readyWithinMs ?? DEFAULT_LIMITS.readyWithinMs,
      stopWithinMs: kind.stopWithinMs ?? DEFAULT_LIMITS.stopWithinMs,
    })
    const using = (config: JsonObject, version: number, maxMemoryBytes: number | null, problem: string | null) => {
      const found = needsOf(kind, config, parts.kinds.services)
      if ('problem' in found) return { ok: false as const, reason: found.problem }
      return { ok: true as const, config, version, limits: limits(maxMemoryBytes), needs: found.needs, problem }
    }
    if (answer.ok) {
      parts.ledger.keepGoodConfig(session.id, session.config, session.configVersion)
      return using(answer.config, session.configVersion, answer.maxMemoryBytes, null)
    }
    const problem = `config refused: ${answer.problems.join('; ')}`
    const good = parts.ledger.goodConfig(session.id)
    const before = good && checkConfig(kind, good.config)
    if (!good || !before?.ok) return { ok: false, reason: problem }
    return using(before.config, good.version, before.maxMemoryBytes, problem)
  }

  function secretNamesOf(session: StoredSession): string[] {
    const secrets = snapshot?.secrets ?? []
    const names = secrets
      .filter((s) => s.session === session.id || (s.session === null && s.tenantId === session.tenantId))
      .map((s) => s.name)
    return [...new Set(names)].sort()
  }
}
