// What goes wrong next, as a test or a demo wishes: each for so many requests of a venue.
import type { Call } from './venue-sim.js'

export type Fault =
  | { is: 'status'; status: number; retryAfterSeconds: number | null; body: string }
  | { is: 'slow'; ms: number }
  /** The connection ends after so many bytes of the body. */
  | { is: 'cut'; afterBytes: number }

export interface Faults {
  add(fault: Fault, match: { venue: string | null; path: string | null; times: number }): void
  /** The first one that is meant, counted. */
  take(venue: string, call: Call): Fault | null
  clear(): void
}

export function openFaults(): Faults {
  const waiting: { fault: Fault; venue: string | null; path: string | null; times: number }[] = []
  return {
    add: (fault, match) => void waiting.push({ fault, ...match }),
    take(venue, { path }) {
      const next = waiting.find(
        (one) =>
          one.times > 0 &&
          (one.venue === null || one.venue === venue) &&
          (one.path === null || path.includes(one.path)),
      )
      if (!next) return null
      next.times--
      return next.fault
    },
    clear: () => {
      waiting.length = 0
    },
  }
}
