// What one address has used of a limit in the present window: windows follow one another without a gap.
import type { SimClock } from './clock.js'

export function openWindow(clock: SimClock, perMs: number) {
  let [window, used] = [Number.NaN, 0]
  const current = () => {
    const now = Math.floor(clock.now() / perMs)
    if (now !== window) [window, used] = [now, 0]
    return used
  }
  return {
    used: current,
    spend(weight: number): number {
      used = current() + weight
      return used
    },
    /** Until it begins anew. */
    leftMs: () => (Math.floor(clock.now() / perMs) + 1) * perMs - clock.now(),
  }
}
