// Where the life of a session, or of a host service, is decided. Pure: what should be done now, given what is wanted and what is seen.
// carry.ts does it; what becomes of one that ended is in ends.ts, with the rules of core/backoff.ts.
import { MAX_RESTART_DELAY_MS } from '../core/backoff.js'
import { formatRef, type SessionId } from '../core/ids.js'
import { notServed, servesWire } from '../core/protocol.js'
import { isHostUnit } from './host-units.js'
import type { AfterStop, Life, LiveRun, Unit, Usage } from './unit.js'
import type { Should, Wanted } from './wanted.js'

export const NO_BEAT_DEGRADED_MS = 20_000
export const NO_BEAT_KILL_MS = 60_000
export const CPU_HOT_MS = 2 * 60_000

export type Action =
  | { do: 'start'; id: SessionId }
  | { do: 'stop'; id: SessionId; reason: string; next: AfterStop }
  /** The tree is killed by marker. `stop`: it overstayed its grace; otherwise it goes to backoff with this reason. */
  | { do: 'kill'; id: SessionId; reason: string }
  | { do: 'mark'; id: SessionId; as: { state: 'stopped' | 'waiting' | 'failed' | 'degraded'; reason: string | null } }
  | { do: 'renice'; id: SessionId }

export interface World {
  nowMs: number
  /** Starts allowed at once: 2 × cores. */
  startingAtOnce: number
  /** Why nothing may start on this host now (memory); null when it may. */
  mayNotStart: string | null
  /** `frota down`: everything stops, what is wanted is kept. */
  draining: boolean
  /** The supervisor itself was away or hung: silence is not held against sessions before this time. */
  beatsCountFromMs: number
}

export function planActions(wanted: ReadonlyMap<SessionId, Wanted>, units: Iterable<Unit>, world: World): Action[] {
  const actions: Action[] = []
  // What sessions need has its turn before them, however many they are, and stops after them. They do not wait for it.
  const all = [...units].sort((a, b) => Number(isHostUnit(b)) - Number(isHostUnit(a)))
  const areSessionsAlive = all.some((unit) => !isHostUnit(unit) && isLive(unit))
  // One that asks for its lease is on its way too: the answer may take longer than the time to the next look.
  const leaving = new Set(all.filter((unit) => !wanted.has(unit.id)).map((unit) => formatRef(unit.ref)))
  let starting = all.filter((unit) => unit.life.state === 'starting' || (unit.busy && !isLive(unit))).length
  for (const unit of all) {
    if (unit.busy) continue
    const its = wanted.get(unit.id)
    const action = isLive(unit)
      ? planLive(unit, its, world, areSessionsAlive)
      : planIdle(unit, its, world, starting, leaving)
    if (!action) continue
    if (action.do === 'start') starting += 1
    actions.push(action)
  }
  return actions
}

type LiveUnit = Unit & { life: Extract<Life, { live: LiveRun }> }
const isLive = (unit: Unit): unit is LiveUnit => 'live' in unit.life

function planLive(unit: LiveUnit, wanted: Wanted | undefined, world: World, areSessionsAlive: boolean): Action | null {
  const { id, life, usage } = unit
  if (life.state === 'stopping') {
    return world.nowMs >= life.killAt ? { do: 'kill', id, reason: 'did not stop within its grace' } : null
  }
  if (world.draining && isHostUnit(unit) && areSessionsAlive) return null
  if (world.draining) return { do: 'stop', id, reason: 'the fleet goes down', next: { state: 'stopped', reason: null } }
  if (!wanted) return { do: 'stop', id, reason: 'removed', next: { state: 'stopped', reason: 'removed' } }
  const stop = stopOf(wanted.should)
  if (stop) return { do: 'stop', id, ...stop }
  const silentMs = world.nowMs - Math.max(life.live.lastBeatAt, world.beatsCountFromMs)
  // While no supervisor listened it could tell nobody that it is ready.
  const startingMs = world.nowMs - Math.max(life.live.startedAt, world.beatsCountFromMs)
  if (life.state === 'starting' && startingMs > wanted.limits.readyWithinMs) {
    return { do: 'kill', id, reason: `not ready within ${wanted.limits.readyWithinMs / 1000} s` }
  }
  if (silentMs > NO_BEAT_KILL_MS) return { do: 'kill', id, reason: `no beat for ${NO_BEAT_KILL_MS / 1000} s` }
  const restart = restartReason(unit, wanted)
  if (restart) return { do: 'stop', id, reason: restart, next: { state: 'restart', byRule: false } }
  if (usage && usage.rssBytes > wanted.limits.maxMemoryBytes) {
    const reason = `uses ${mb(usage.rssBytes)} of the ${mb(wanted.limits.maxMemoryBytes)} it may`
    return { do: 'stop', id, reason, next: { state: 'restart', byRule: true } }
  }
  if (silentMs > NO_BEAT_DEGRADED_MS && life.state !== 'starting' && life.state !== 'degraded') {
    return { do: 'mark', id, as: { state: 'degraded', reason: `no beat for ${NO_BEAT_DEGRADED_MS / 1000} s` } }
  }
  return usage && isHot(usage, world.nowMs) ? { do: 'renice', id } : null
}

const isHot = ({ hotSince, reniced }: Usage, nowMs: number) =>
  hotSince !== null && !reniced && nowMs - hotSince > CPU_HOT_MS

function stopOf(should: Should): { reason: string; next: AfterStop } | null {
  switch (should.do) {
    case 'run':
      return null
    case 'stop':
      return {
        reason: should.reason ?? 'stopped by an operator',
        next: { state: 'stopped', reason: should.reason },
      }
    case 'wait':
      return { reason: should.reason, next: { state: 'waiting', reason: should.reason } }
    case 'fail':
      return { reason: should.reason, next: { state: 'failed', reason: should.reason, clears: 'config' } }
  }
}

function restartReason(unit: LiveUnit, wanted: Wanted): string | null {
  if (wanted.restartRequests > unit.restartRequestsSeen) return 'restart asked for'
  const { helloed, wire } = unit.life.live
  if (helloed && !servesWire(wire)) return notServed(wire ?? 0)
  const { beat, configVersion, secretsVersion, limitsVersion } = unit.life.live
  const otherSecrets = wanted.secretsVersion !== (beat?.secretsVersion ?? secretsVersion)
  if (otherSecrets && !(beat?.takesSecretsLive ?? false)) return 'a secret changed'
  const behind = (beat?.configVersion ?? configVersion) < wanted.configVersion
  const limited = (beat?.limitsVersion ?? limitsVersion) !== wanted.kindLimits.version
  if ((beat?.takesConfigLive ?? false) || unit.life.state === 'starting') return null
  if (behind) return 'its config changed'
  if (!limited) return null
  return isHostUnit(unit) ? 'the settings of the home changed' : 'what its plan allows changed'
}

function planIdle(
  unit: Unit,
  wanted: Wanted | undefined,
  world: World,
  starting: number,
  leaving: ReadonlySet<string>,
): Action | null {
  const { id, life } = unit
  if (!wanted || world.draining) return null
  const asked = wanted.startRequests > unit.startRequestsSeen || wanted.restartRequests > unit.restartRequestsSeen
  if (wanted.should.do === 'stop' && wanted.should.reason === null) return markUnless(unit, 'stopped', null)
  // What waits for a person goes on waiting for one, whatever limit comes and goes meanwhile.
  if (life.state === 'failed' && life.clears === 'start' && !asked) return null
  switch (wanted.should.do) {
    case 'stop':
      return markUnless(unit, 'stopped', wanted.should.reason)
    case 'wait':
      return markUnless(unit, 'waiting', wanted.should.reason)
    case 'fail':
      return markUnless(unit, 'failed', wanted.should.reason)
  }
  if ('retryAt' in life && isLater(life.retryAt, world.nowMs) && !asked) return null
  // One row was removed by hand and another made of the same name: login and journal lie under the name.
  if (leaving.has(formatRef(unit.ref))) return markUnless(unit, 'waiting', ITS_PREDECESSOR)
  if (world.mayNotStart !== null) return markUnless(unit, 'waiting', world.mayNotStart)
  if (starting >= world.startingAtOnce) return life.state === 'waiting' ? null : markUnless(unit, 'waiting', ITS_TURN)
  return { do: 'start', id }
}

/** Further away than any pause is long: the clock was set back while no supervisor was there to notice. */
const isLater = (retryAt: number, nowMs: number) => nowMs < retryAt && retryAt - nowMs <= MAX_RESTART_DELAY_MS

export const ITS_TURN = 'waits for its turn to start'
export const ITS_PREDECESSOR = 'waits for the removed session of the same name to leave'

function markUnless(unit: Unit, state: 'stopped' | 'waiting' | 'failed', reason: string | null): Action | null {
  if (unit.life.state === state && unit.life.reason === reason) return null
  return { do: 'mark', id: unit.id, as: { state, reason } }
}

const mb = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`
