// Every way this program waits. No wait is without an end: a time, a signal or a ring. Sessions load this file, so it
// imports nothing.

/** No answer came in time. What was asked goes on: a late answer is still an answer. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut'
}

/** Rejects with `late()` when the answer takes longer than this. */
export async function within<T>(
  ms: number,
  answer: PromiseLike<T>,
  late = (): Error => new TimedOut(`no answer within ${ms / 1000} s`),
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), ms)
  })
  try {
    return await Promise.race([answer, tooLate])
  } finally {
    clearTimeout(timer)
  }
}

/** Resolves true when the promise settled within the time, false when it did not. Never rejects. */
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

/** Resolves after this long. Keeps no process alive: for races that something else may win. */
export const later = (ms: number): Promise<null> =>
  new Promise((resolve) => {
    setTimeout(() => resolve(null), ms).unref()
  })

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

/** The answer, or the signal's reason when it aborts first: what was asked goes on, and nobody waits for it any more. */
export async function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  const over = new AbortController()
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: over.signal })
  })
  try {
    return await Promise.race([answer, aborted])
  } finally {
    over.abort()
  }
}

/** Answers false when the signal cut it short. Never rejects: for loops that end when they are told to. */
export async function pause(ms: number, signal?: AbortSignal): Promise<boolean> {
  await openBell().wait(ms, signal)
  return !signal?.aborted
}

export interface Bell {
  ring(): void
  /**
   * Resolves at the next ring (at once after one that nobody heard), after `ms`, or when the signal aborts. Answers
   * whether it rang; rings in between count once. One waits at a time.
   */
  wait(ms: number, signal?: AbortSignal): Promise<boolean>
}

/** A loop sleeps on it and others wake it. */
export function openBell(): Bell {
  let rung = false
  let wake: (() => void) | undefined
  return {
    ring() {
      rung = true
      wake?.()
    },
    wait(ms, signal) {
      return new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', done)
          wake = undefined
          const was = rung
          rung = false
          resolve(was)
        }
        const timer = setTimeout(done, Math.min(ms, LONGEST_TIMER_MS))
        if (rung || signal?.aborted) return done()
        signal?.addEventListener('abort', done)
        wake = done
      })
    },
  }
}

/** A timer that is set longer rings at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1
