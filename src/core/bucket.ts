/** A token bucket: true while something may pass. */
export function bucket(options: { perSecond: number; burst: number; monotonicMs: () => number }): () => boolean {
  const { perSecond, burst, monotonicMs } = options
  let tokens = burst
  let lastMs = monotonicMs()
  return () => {
    const nowMs = monotonicMs()
    tokens = Math.min(burst, tokens + ((nowMs - lastMs) / 1000) * perSecond)
    lastMs = nowMs
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}
