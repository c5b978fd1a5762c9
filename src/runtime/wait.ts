/** Rejects with the signal's reason when it aborts first. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const onAbort = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    signal.addEventListener('abort', onAbort, { once: true })
  })
}

const MAX_RETRY_DELAY_MS = 5_000
/** Retries of the first half minute come at least every second, so that a restarted supervisor soon hears everybody. */
const FAST_ATTEMPTS = 40

export function retryDelayMs(attempt: number, random: () => number = Math.random): number {
  const ceiling = attempt < FAST_ATTEMPTS ? 1_000 : MAX_RETRY_DELAY_MS
  return Math.min(100 * 2 ** attempt, ceiling) * (0.5 + random() / 2)
}

/** Resolves true when the promise settled within the time, false when not. Never rejects. */
export function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms)
    const settled = () => {
      clearTimeout(timer)
      resolve(true)
    }
    promise.then(settled, settled)
  })
}

/** An alarm clock: `ring` ends the present or the next wait at once; rings in between count once. */
export function alarm() {
  let rung = false
  let wake: (() => void) | undefined
  return {
    ring() {
      rung = true
      wake?.()
    },
    /** Waits for a ring, at most this long. Answers whether it rang. */
    wait(ms: number): Promise<boolean> {
      return new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer)
          wake = undefined
          const was = rung
          rung = false
          resolve(was)
        }
        const timer = setTimeout(end, ms)
        if (rung) end()
        else wake = end
      })
    },
  }
}
