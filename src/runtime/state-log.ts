// Who reads the log next morning finds there why the session was degraded at night.
import { bucket } from '../core/bucket.js'
import type { Log } from '../kinds/kind.js'
import type { SessionState } from './status.js'

/** A reason that counts seconds down would fill the log with nothing else. The supervisor bounds its history likewise. */
const NEW_REASONS = { perSecond: 1 / 60, burst: 10 }

/** A line for every other state, and for a new reason of the same state as long as those are not too many. */
export function stateLogger(log: Pick<Log, 'info' | 'warn'>, monotonicMs: () => number) {
  const mayTell = bucket({ ...NEW_REASONS, monotonicMs })
  let told: SessionState | null = null
  return (state: SessionState, reason: string | null): void => {
    if (state === told && !mayTell()) return
    told = state
    const words = reason === null ? state : `${state}: ${reason}`
    if (state === 'degraded') log.warn(words)
    else log.info(words)
  }
}
