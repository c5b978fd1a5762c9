// The wall clock may be set while we run (by hand, by NTP, by a host that was suspended). Sessions did nothing wrong
// meanwhile: what was a moment ago stays a moment ago, and a pause of a second does not become one of a day.
import { liveOf, type Unit } from './unit.js'

/** Less is drift, and the time between two looks. */
const JUMP_MS = 2_000

/** Each call answers by how much the wall clock was set since the call before; 0 when it was not. */
export function watchClock(wallMs: () => number, monotonicMs: () => number): () => number {
  const offset = () => wallMs() - monotonicMs()
  let before = offset()
  return () => {
    const now = offset()
    const jumpMs = now - before
    if (Math.abs(jumpMs) < JUMP_MS) return 0
    before = now
    return jumpMs
  }
}

/** Every time that a decision is taken by moves along with the clock. */
export function moveTimes(unit: Unit, ms: number): void {
  const { life, usage, attempts } = unit
  if ('retryAt' in life && life.retryAt > 0) life.retryAt += ms
  if ('killAt' in life) life.killAt += ms
  const live = liveOf(unit)
  if (live) {
    live.startedAt += ms
    live.lastBeatAt += ms
    if (live.readySince !== null) live.readySince += ms
  }
  if (usage && usage.hotSince !== null) usage.hotSince += ms
  unit.attempts = { ...attempts, recentExits: attempts.recentExits.map((at) => at + ms) }
}
