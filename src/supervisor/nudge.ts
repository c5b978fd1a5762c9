// How the supervisor's loops wait.
import { setTimeout as sleep } from 'node:timers/promises'

/** A sleeper that others may wake; a wake during the work counts for the next sleep. */
export function openNudge(signal: AbortSignal) {
  let woken = false
  let wake = () => {
    woken = true
  }
  const now = () => wake()
  signal.addEventListener('abort', now)
  return {
    now,
    next: (ms: number) =>
      new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer)
          woken = false
          wake = () => {
            woken = true
          }
          resolve()
        }
        const timer = setTimeout(done, ms)
        wake = done
        if (woken || signal.aborted) done()
      }),
  }
}

/** False when it was cut short: the loop ends. */
export async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  await sleep(ms, undefined, { signal }).catch((thrown: unknown) => {
    if (!signal.aborted) throw thrown
  })
  return !signal.aborted
}
