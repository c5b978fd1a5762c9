// The right to be the live copy. Renewed for the whole home in one statement; what the store has not confirmed for a
// while is unconfirmed, and nothing exits for that. Only an answer that names somebody else is a loss.
import { UserError } from '../core/errors.js'
import type { RunId } from '../core/ids.js'
import type { JournalMark } from '../core/journals.js'
import { LEASE_TTL_MS } from '../core/protocol.js'
import { within } from '../node/waits.js'
import type { HomeStore } from '../store/store.js'
import { type LiveRun, liveOf, type Unit } from './unit.js'

/** A lease that another home gives up is seen this much later at most. */
const ASK_AGAIN_MS = 5_000

/** Sessions start in waves: with a store that hangs a hundred of them would wait for minutes. */
const AWAY_PATIENCE_MS = 1_000

/** A session must have stopped writing before anyone may take over: clocks and answers are late by this at most. */
const MARGIN_MS = 5_000

export interface Leases {
  /**
   * Answers the epoch and the journal that is kept, or who holds it. While the store is away the session's own last epoch
   * is counted on, and of the journal there is no word.
   */
  acquire(
    unit: Unit,
    run: RunId,
  ): Promise<{ epoch: number; journal?: JournalMark | null } | { heldElsewhere: string; retryInMs: number }>
  /** Renews all; answers the units that have lost theirs. @param units all: leases of ended runs are let go */
  renew(units: () => Unit[]): Promise<Unit[]>
  release(unit: Unit, run: RunId): Promise<void>
  /** How long from now the run's lease is certainly still its own. */
  confirmedForMs(run: RunId): number
}

/**
 * @param nowMs a clock that is never set, and that counts while the host is suspended
 * @param isAway the store did not answer when last asked
 */
export function openLeases(store: HomeStore, nowMs: () => number, isAway: () => boolean): Leases {
  const confirmedUntil = new Map<RunId, number>()
  const leases: Leases = {
    async acquire(unit, run) {
      const asked = nowMs()
      try {
        const asking = store.acquire(unit.id, run, unit.epoch + 1)
        const answer = await (isAway() ? within(AWAY_PATIENCE_MS, asking) : asking)
        if ('heldBy' in answer) {
          const retryInMs = Math.min(Math.max(1000, answer.untilMs - Date.now()), ASK_AGAIN_MS)
          return { heldElsewhere: `another home (${answer.heldBy.slice(0, 8)}) holds its lease`, retryInMs }
        }
        confirmedUntil.set(run, asked + LEASE_TTL_MS - MARGIN_MS)
        unit.epoch = answer.epoch
        return answer
      } catch (thrown) {
        // Anything else is no answer (an outage, a schema that does not fit), and no answer keeps nobody from coming back.
        if (isGone(thrown)) throw thrown
        unit.epoch += 1
        return { epoch: unit.epoch }
      }
    },
    async renew(units) {
      const asked = nowMs()
      const confirmedBefore = [...confirmedUntil.keys()]
      // Only runs that were there before the question: one that starts meanwhile is not in an answer that knows nothing of it.
      const before = units().flatMap((unit) => {
        const live = liveOf(unit)
        return live ? [{ unit, live }] : []
      })
      const held = await store.renew()
      const ours = new Map(held.map((lease) => [lease.run, lease.epoch]))
      const lost: Unit[] = []
      for (const { unit, live } of before) {
        if (liveOf(unit) !== live) continue
        if (ours.get(live.run) === live.epoch) confirmedUntil.set(live.run, asked + LEASE_TTL_MS - MARGIN_MS)
        else if (confirmedUntil.has(live.run) || ours.has(live.run) || !(await takeUp(unit, live))) lost.push(unit)
      }
      const alive = new Set(units().map((unit) => liveOf(unit)?.run))
      const starting = new Set(units().flatMap((unit) => (unit.busy ? unit.id : [])))
      for (const run of confirmedBefore) if (!alive.has(run)) confirmedUntil.delete(run)
      for (const { session, run } of held) {
        // Else what ended while the store was away would be renewed for ever, and no other home could have it.
        if (!alive.has(run) && !starting.has(session)) await store.release(session, run)
      }
      return lost
    },
    async release(unit, run) {
      confirmedUntil.delete(run)
      await store.release(unit.id, run)
    },
    confirmedForMs: (run) => Math.max(0, (confirmedUntil.get(run) ?? 0) - nowMs()),
  }
  /**
   * A run that was started (or adopted) unconfirmed: now that the store answers, take the lease it should have, with the
   * epoch it already uses. A higher answer means that somebody else had it in between: then it is lost.
   */
  async function takeUp(unit: Unit, live: LiveRun): Promise<boolean> {
    const asked = nowMs()
    const answer = await store.acquire(unit.id, live.run, live.epoch).catch((thrown) => {
      if (isGone(thrown)) return null // its row was removed: nobody holds anything, and the others' renewal goes on
      throw thrown
    })
    if (answer === null || 'heldBy' in answer) return false
    unit.epoch = Math.max(unit.epoch, answer.epoch)
    if (answer.epoch !== live.epoch) return false
    confirmedUntil.set(live.run, asked + LEASE_TTL_MS - MARGIN_MS)
    return true
  }
  return leases
}

const isGone = (thrown: unknown) => thrown instanceof UserError && thrown.code === 'SESSION_UNKNOWN'
