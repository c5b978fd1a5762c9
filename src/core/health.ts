// Whether a home is well, as a container's manager asks it: the supervisor's loop turns. A sick tenant or a store outage
// does not count, or the manager would take every tenant down for one.

const LOOP_STUCK_MS = 30_000

export interface Health {
  ok: boolean
  lastTickMsAgo: number
  /** Of a supervisor that waits for the home: who has it. */
  waitsFor?: string
}

export const healthOf = (lastTickMsAgo: number): Health => ({
  ok: lastTickMsAgo < LOOP_STUCK_MS,
  lastTickMsAgo: Math.round(lastTickMsAgo),
})
