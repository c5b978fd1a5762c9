// What becomes of a session whose process has ended. Pure: every "why did it restart?" is a row of a table test.
import { SESSION_EXIT } from './states.js'

export const READY_LONG_ENOUGH_MS = 60_000
export const MAX_RESTART_DELAY_MS = 5 * 60_000
/** 32 s. */
const MAX_ATTEMPT_WHEN_READY = 5
export const MAX_EXITS_WITHOUT_READY = 10
export const FLAPPING_EXITS = 5
export const FLAPPING_WINDOW_MS = 10 * 60_000
export const FENCED_RETRY_MS = 10_000

/** What is remembered of a session's ends; survives the supervisor. Times are epoch milliseconds. */
export interface Attempts {
  /** Ends within the flapping window, oldest first. */
  recentExits: number[]
  /** Ends in a row of runs that never were `ready`. */
  sinceReady: number
  /** The flapping alert for the present row of ends was raised. */
  flappingTold: boolean
}

export const NO_ATTEMPTS: Attempts = { recentExits: [], sinceReady: 0, flappingTold: false }

export interface Ended {
  /** Null when nobody saw it (killed, or the supervisor was away). */
  exitCode: number | null
  reason: string | null
  /** How long it had been `ready` (or `pairing`, waiting for a person) when it ended; 0 when never. */
  readyForMs: number
  /** It was `ready` or `pairing` at least once in this run. */
  wasReady: boolean
}

export type AfterExit =
  /** `exitCode`: what it said with its end about why a person must act. */
  | { state: 'failed'; reason: string; exitCode?: number }
  | { state: 'fenced'; reason: string; retryAt: number }
  | { state: 'backoff'; reason: string; retryAt: number }

/** @param random 0 ≤ r < 1 */
export function afterExit(
  ended: Ended,
  before: Attempts,
  nowMs: number,
  random: () => number,
): { next: AfterExit; attempts: Attempts; flapping: boolean } {
  const recentExits = [...before.recentExits.filter((at) => nowMs - at < FLAPPING_WINDOW_MS), nowMs]
  const sinceReady = ended.wasReady ? 0 : before.sinceReady + 1
  const many = recentExits.length >= FLAPPING_EXITS
  const flapping = many && !before.flappingTold
  const attempts = { recentExits, sinceReady, flappingTold: many }
  return { next: nextState(ended, attempts, nowMs, random), attempts, flapping }
}

function nextState(ended: Ended, attempts: Attempts, nowMs: number, random: () => number): AfterExit {
  const { sinceReady, recentExits } = attempts
  const reason = ended.reason ?? wordForExit(ended.exitCode)
  switch (ended.exitCode) {
    case SESSION_EXIT.badConfig:
    case SESSION_EXIT.credentials:
    case SESSION_EXIT.planLimit:
      return { state: 'failed', reason, exitCode: ended.exitCode }
    case SESSION_EXIT.leaseLost:
      return { state: 'fenced', reason, retryAt: nowMs + FENCED_RETRY_MS }
  }
  if (sinceReady >= MAX_EXITS_WITHOUT_READY) {
    return { state: 'failed', reason: `${sinceReady} starts without once being ready; last: ${reason}` }
  }
  if (ended.readyForMs >= READY_LONG_ENOUGH_MS) return { state: 'backoff', reason, retryAt: nowMs }
  // One that gets ready and dies again and again is up for a moment at least: its pauses end sooner.
  const whenReady = Math.min(recentExits.length - FLAPPING_EXITS, MAX_ATTEMPT_WHEN_READY)
  const attempt = ended.wasReady ? Math.max(0, whenReady) : sinceReady - 1
  return { state: 'backoff', reason, retryAt: nowMs + restartDelayMs(attempt, random) }
}

/** Full jitter: 1 s doubling to 5 min. */
export const restartDelayMs = (attempt: number, random: () => number) =>
  Math.round(random() * Math.min(1000 * 2 ** attempt, MAX_RESTART_DELAY_MS))

function wordForExit(code: number | null): string {
  switch (code) {
    case null:
      return 'ended; nobody saw how'
    case SESSION_EXIT.done:
      return 'ended by itself (exit 0)'
    case SESSION_EXIT.badConfig:
      return 'config refused (exit 64)'
    case SESSION_EXIT.credentials:
      return 'credentials refused or logged out (exit 65)'
    case SESSION_EXIT.leaseLost:
      return 'its lease was lost (exit 66)'
    case SESSION_EXIT.planLimit:
      return 'over its plan (exit 67)'
    default:
      return `crashed (exit ${code})`
  }
}
