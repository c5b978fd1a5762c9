// The sim's own time: the real one, or one that stands still until it is moved.

export interface SimClock {
  /** Ms since the epoch. */
  now(): number
  /** From now on it stands there. */
  set(atMs: number): void
  advance(ms: number): void
}

/** @param startMs where it stands still; left out: it is the real time */
export function openClock(startMs?: number): SimClock {
  let standing = startMs
  let ahead = 0
  return {
    now: () => standing ?? Date.now() + ahead,
    set: (atMs) => {
      standing = atMs
    },
    advance: (ms) => {
      if (standing === undefined) ahead += ms
      else standing += ms
    },
  }
}
