// How the supervisor does things for ever, or beside what it is doing: nothing it does so may end it.
import { messageOf } from '../core/errors.js'
import { pause } from '../node/waits.js'
import { StoreUnavailable } from '../store/store.js'
import type { SupervisorLog } from './parts.js'

export interface Loops {
  /** The pause begins when the work has ended: an outage must not leave a backlog of turns that then storm the store. */
  every(ms: number, what: string, work: () => Promise<void>, firstMs?: number): Promise<void>
  background(what: string, work: Promise<unknown>): void
  /** What to do about a rejection: it is told, an outage without a stack. */
  told(what: string): (thrown: unknown) => void
}

/** @param closing ends the loops */
export function openLoops(log: SupervisorLog, closing: AbortSignal): Loops {
  return { every, background: (what, work) => void work.catch(told(what)), told }

  async function every(ms: number, what: string, work: () => Promise<void>, firstMs = ms) {
    let trouble = ''
    for (let wait = firstMs; await pause(wait, closing); wait = ms) {
      try {
        await work()
        if (trouble !== '') log.info(`${what}: works again`)
        trouble = ''
      } catch (thrown) {
        // A standing trouble is told once: an outage of an hour must not fill the log with it.
        if (messageOf(thrown) !== trouble) told(what)(thrown)
        trouble = messageOf(thrown)
      }
    }
  }

  function told(what: string) {
    return (thrown: unknown) => {
      if (thrown instanceof StoreUnavailable) log.warn(`${what}: ${thrown.message}`)
      else log.error(`${what}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : messageOf(thrown)}`)
    }
  }
}
