// What becomes of a session whose process is gone: the rest of it is swept, its end is recorded, its next state decided.
import path from 'node:path'
import { afterExit, FENCED_RETRY_MS } from '../core/backoff.js'
import { messageOf } from '../core/errors.js'
import { formatRef, type RunId } from '../core/ids.js'
import { notServed, servesWire } from '../core/protocol.js'
import { SESSION_EXIT } from '../core/states.js'
import { readLastExit } from '../journal/last-exit.js'
import { CannotKill } from '../processes/proc.js'
import type { Context } from './context.js'
import { type AfterStop, type Life, type LiveRun, liveOf, type Unit } from './unit.js'

export interface HowEnded {
  exitCode: number | null
  /** Why it had to go; null when it went by itself. */
  reason: string | null
}

export interface Ends {
  /** Nothing with the run's marker is left when this returns; then, and only then, the unit may start again. */
  finish(unit: Unit, how: HowEnded): Promise<void>
  /** At boot: its run has ended, and what was left of it is swept already. */
  endedUnwatched(unit: Unit): void
  /** Something of the run lives on after a SIGKILL. It keeps the unit from starting again, and is tried again later. */
  cannotEnd(unit: Unit, live: LiveRun, why: string): void
}

/** A process in uninterruptible I/O goes when its disk or network answers. */
const TRY_AGAIN_MS = 30_000
/** An operator restarts the supervisor by hand. */
const UPGRADE_RETRY_MS = 10_000

export function openEnds({ parts, roster, leases, history, addresses }: Context, draining: () => boolean): Ends {
  const { driver, log } = parts
  const nowMs = () => parts.now().getTime()
  /** By the clock that nobody sets. */
  const triedAgainAt = new Map<RunId, number>()
  return { finish, endedUnwatched, cannotEnd }

  async function finish(unit: Unit, how: HowEnded) {
    const live = liveOf(unit)
    if (!live || performance.now() < (triedAgainAt.get(live.run) ?? 0)) return
    const why = await driver.kill(live.run).then(() => null, whyItLives)
    if (why !== null) return cannotEnd(unit, live, why)
    triedAgainAt.delete(live.run)
    if (!draining()) await driver.forget(live.run)
    const word = lastExitOf(unit, live)
    const exitCode = word?.code ?? how.exitCode
    const lastWord = live.beat?.state === 'stopping' ? live.beat.reason : null
    const reason = how.reason ?? word?.reason ?? lastWord
    note(unit, live, exitCode, reason)
    const stop = plannedStop(unit, exitCode)
    if (stop && (stop.state !== 'restart' || how.reason === null)) return afterStop(unit, stop, live)
    afterCrash(unit, live, exitCode, reason)
  }

  function cannotEnd(unit: Unit, live: LiveRun, why: string) {
    const since = nowMs()
    const reason = `a process of it cannot be ended, and is tried again: ${why}`
    const { life } = unit
    if (life.reason !== reason) log.error(`${formatRef(unit.ref)}: ${reason}`)
    triedAgainAt.set(live.run, performance.now() + TRY_AGAIN_MS)
    roster.change(unit, { state: 'stopping', since, reason, live, killAt: since + TRY_AGAIN_MS, next: onceEnded(life) })
  }

  /** What a person must look at is that also when nobody watched; any other end may have been our own (a reboot). */
  function endedUnwatched(unit: Unit) {
    const live = liveOf(unit)
    if (!live) return
    const word = lastExitOf(unit, live)
    const exitCode = word?.code ?? null
    const reason = 'ended while no supervisor watched'
    note(unit, live, exitCode, word?.reason ?? reason)
    const stop = plannedStop(unit, exitCode)
    if (stop && stop.state !== 'restart') return afterStop(unit, stop, live)
    if (endsForGood(exitCode)) return afterCrash(unit, live, exitCode, word?.reason ?? null)
    roster.change(unit, { state: 'backoff', since: nowMs(), reason, retryAt: nowMs() })
  }

  function lastExitOf(unit: Unit, live: LiveRun) {
    return readLastExit(path.join(parts.settings.dirs.tokens, unit.ref.tenant, unit.ref.name), live.run)
  }

  function note(unit: Unit, live: LiveRun, exitCode: number | null, reason: string | null) {
    addresses.clear(live.run)
    unit.stoppedAt = nowMs()
    unit.usage = null
    unit.lastPort = live.beat?.port ?? unit.lastPort
    const why = unit.life.state === 'stopping' ? unit.life.reason : reason
    history.record(unit, 'session.ended', { run: live.run, exitCode, reason: why })
  }

  function afterStop(unit: Unit, then: AfterStop, live: LiveRun) {
    const since = nowMs()
    if (then.state !== 'restart') releaseLater(unit, live)
    switch (then.state) {
      case 'restart':
        return roster.change(unit, { state: 'waiting', since, reason: 'restarts', retryAt: 0 })
      case 'waiting':
        return roster.change(unit, { state: 'waiting', since, reason: then.reason, retryAt: 0 })
      case 'failed':
        return roster.change(unit, { ...then, since })
      case 'fenced':
        return roster.change(unit, { ...then, since, retryAt: since + FENCED_RETRY_MS })
      case 'stopped':
        return roster.change(unit, { state: 'stopped', since, reason: then.reason })
    }
  }

  function afterCrash(unit: Unit, live: LiveRun, exitCode: number | null, reason: string | null) {
    const at = nowMs()
    const { wire } = live
    // Neither its config nor its code is at fault: an upgrade is half done.
    if (!live.helloed && wire !== null && !servesWire(wire)) {
      roster.change(unit, { state: 'waiting', since: at, reason: notServed(wire), retryAt: at + UPGRADE_RETRY_MS })
      return
    }
    const readyForMs = live.readySince === null ? 0 : at - live.readySince
    const end = { exitCode, reason, readyForMs, wasReady: live.wasReady }
    const { next, attempts, flapping } = afterExit(end, unit.attempts, at, parts.random)
    unit.attempts = attempts
    if (flapping) history.record(unit, 'session.flapping', { exits: attempts.recentExits.length, reason: next.reason })
    if (next.state === 'failed') roster.change(unit, { ...next, since: at, clears: 'start' })
    else roster.change(unit, { ...next, since: at })
  }

  /** A lease that cannot be released now expires by itself. */
  function releaseLater(unit: Unit, live: LiveRun) {
    leases.release(unit, live.run).catch((thrown) => log.warn(`lease of ${formatRef(unit.ref)}: ${messageOf(thrown)}`))
  }
}

/** For a kill that was in vain; anything else that went wrong is thrown on. */
export function whyItLives(thrown: unknown): string {
  if (thrown instanceof CannotKill) return thrown.message
  throw thrown
}

/** What a person must look at stays that: a process that was left over is no reason to start the session again. */
function onceEnded(life: Life): AfterStop {
  if (life.state === 'stopping') return life.next
  if (life.state === 'failed') return { state: 'failed', reason: life.reason, clears: life.clears }
  return { state: 'restart', byRule: false }
}

/** What its stop was for; null when nobody stopped it, or when it would only come back to the same refusal. */
function plannedStop({ life }: Unit, exitCode: number | null): AfterStop | null {
  if (life.state !== 'stopping') return null
  return life.next.state === 'restart' && endsForGood(exitCode) ? null : life.next
}

const endsForGood = (exitCode: number | null) =>
  exitCode === SESSION_EXIT.badConfig || exitCode === SESSION_EXIT.credentials || exitCode === SESSION_EXIT.planLimit
