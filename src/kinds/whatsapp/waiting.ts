// Waiting without being left alone: every wait ends by a ring, by the clock or by the session's end.

const { setTimeout: sleep } = process.getBuiltinModule('node:timers/promises')

export class TimedOut extends Error {
  override readonly name = 'TimedOut'
}

/** The library puts no time limit on anything; a page that hangs would hang us. */
export async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimedOut(`${what}: no answer within ${ms / 1000} s`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Keeps no process alive. */
export const later = (ms: number) => sleep(ms, null, { ref: false })

export interface Bell {
  ring(): void
  /** Resolves at the next ring (or at once after one that nobody heard), after `ms`, or when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

export function createBell(): Bell {
  let rung = false
  let wake: (() => void) | null = null
  return {
    ring() {
      rung = true
      wake?.()
    },
    async wait(ms, signal) {
      if (!rung && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const done = () => {
            clearTimeout(timer)
            signal.removeEventListener('abort', done)
            wake = null
            resolve()
          }
          const timer = setTimeout(done, Math.min(ms, 2 ** 31 - 1))
          signal.addEventListener('abort', done)
          wake = done
        })
      }
      rung = false
    },
  }
}
