// How long a session waits before it asks its supervisor again.

const MAX_RETRY_DELAY_MS = 5_000
/** Retries of the first half minute come at least every second, so that a restarted supervisor soon hears everybody. */
const FAST_ATTEMPTS = 40

export function retryDelayMs(attempt: number, random: () => number = Math.random): number {
  const ceiling = attempt < FAST_ATTEMPTS ? 1_000 : MAX_RETRY_DELAY_MS
  return Math.min(100 * 2 ** attempt, ceiling) * (0.5 + random() / 2)
}
