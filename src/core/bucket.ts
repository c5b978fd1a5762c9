export interface BucketOptions {
  perSecond: number
  burst: number
  monotonicMs: () => number
}

/** A token bucket: true while something may pass. */
export function bucket(options: BucketOptions): () => boolean {
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

/** A bucket for each, from the first time it is asked about. */
export function bucketEach<T extends object>(options: BucketOptions): (one: T) => boolean {
  const buckets = new WeakMap<T, () => boolean>()
  return (one) => {
    const mayPass = buckets.get(one) ?? bucket(options)
    buckets.set(one, mayPass)
    return mayPass()
  }
}
