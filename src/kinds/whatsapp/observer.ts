// Keeps what was seen. Whoever notices something tells it here, and nowhere else.
import type { Happened } from './happened.js'
import { type Seen, see } from './seen.js'

export interface Observer {
  readonly seen: Seen
  /** Answers what is seen now. */
  see(happened: Happened): Seen
}

export function createObserver(first: Seen, nowMs: () => number): Observer {
  let seen = first
  return {
    get seen() {
      return seen
    },
    see(happened) {
      seen = see(seen, happened, nowMs())
      return seen
    },
  }
}
