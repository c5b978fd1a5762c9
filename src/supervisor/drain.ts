// `frota down`: everything is stopped, what is wanted is kept. It needs no store, and can be taken back.
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../core/errors.js'
import { formatRef } from '../core/ids.js'
import type { Context } from './context.js'
import { liveOf } from './unit.js'

const DRAIN_WITHIN_MS = 30_000
/** Longer than whoever drains us takes to end us. */
const DRAINED_FOR_MS = 60_000

export interface DrainSteps {
  /** One turn of the supervisor; it stops what lives while `isDraining`. */
  turn(): Promise<void>
  /** The last words to the store. */
  tellStore(): Promise<void>
}

export interface Drain {
  isDraining(): boolean
  drain(): Promise<{ stopped: number; left: string[] }>
  /** Answers whether there was anything to take back. */
  resume(why: string): boolean
}

export function openDrain({ parts, roster, bell, closing }: Context, { turn, tellStore }: DrainSteps): Drain {
  let draining = false
  let forgotten: NodeJS.Timeout | undefined
  return { isDraining: () => draining, drain, resume }

  async function drain() {
    draining = true
    const before = sessionsAlive()
    const deadline = performance.now() + DRAIN_WITHIN_MS
    for (;;) {
      await turn()
      // PM2 died meanwhile and this supervisor leaves: whoever waits for this ends the rest without it.
      if (closing.aborted) throw new UserError('SUPERVISOR_GONE', 'The supervisor left before all had stopped.')
      const left = alive()
      const stopped = before - sessionsAlive()
      if (!draining) return { stopped, left: [] } // taken back meanwhile
      if (left.length === 0 || performance.now() > deadline) {
        await tellStore()
        // Whoever asked us to go down did not end us (it was interrupted): what is wanted must run.
        const why = 'nobody ended the supervisor after it had stopped everything'
        clearTimeout(forgotten)
        forgotten = setTimeout(resume, DRAINED_FOR_MS, why).unref()
        return { stopped, left: left.map((unit) => formatRef(unit.ref)) }
      }
      await sleep(30)
    }
  }

  function resume(why: string): boolean {
    clearTimeout(forgotten)
    if (closing.aborted || !draining) return false
    parts.log.warn(`${why}: what is wanted is started again`)
    draining = false
    bell.ring()
    return true
  }

  function sessionsAlive() {
    return roster.sessions().filter((unit) => liveOf(unit)).length
  }

  function alive() {
    return roster.units().filter((unit) => liveOf(unit))
  }
}
