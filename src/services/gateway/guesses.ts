// Whoever asks for what is not there, again and again, is told 429 for a while, by address. Nobody finds an address of a
// hook so (they have 256 bits); it keeps scanners cheap. Known addresses are served to everybody all the same: a sender
// whose one hook was removed still has others here.
import { bucket } from '../../core/bucket.js'
import { limitedAs } from './caller.js'

const PER_MINUTE = 60
const MOST_CALLERS = 10_000

export interface Guesses {
  /** False when this caller has asked too often. */
  mayAsk(address: string): boolean
}

export function openGuesses(monotonicMs: () => number): Guesses {
  /** Who asked last stands last. */
  const callers = new Map<string, () => boolean>()
  return {
    mayAsk(address) {
      const caller = limitedAs(address)
      const mayPass = callers.get(caller) ?? bucket({ perSecond: PER_MINUTE / 60, burst: PER_MINUTE, monotonicMs })
      callers.delete(caller)
      callers.set(caller, mayPass)
      if (callers.size > MOST_CALLERS) callers.delete(callers.keys().next().value ?? caller)
      return mayPass()
    },
  }
}
