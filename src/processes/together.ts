// Many sessions are started, stopped and looked at in the same moment: one question to PM2 or /proc answers them all.

/** Callers of the same moment share one call of `work`; it begins after they have come, so its answer is fresh. */
export function shared<T>(work: () => Promise<T>): () => Promise<T> {
  let next: Promise<T> | undefined
  return () => {
    next ??= new Promise(setImmediate).then(() => {
      next = undefined
      return work()
    })
    return next
  }
}

/**
 * The same with an argument each: `work` gets all of them. Who is named by `done` waits no longer for the others; when the
 * work fails, it fails for all that are left.
 */
export function gathered<A>(
  work: (all: ReadonlySet<A>, done: (one: A) => void) => Promise<void>,
): (one: A) => Promise<void> {
  let waiting = new Map<A, (() => void)[]>()
  const run = shared(() => {
    const all = waiting
    waiting = new Map()
    return work(new Set(all.keys()), (one) => all.get(one)?.forEach((resolve) => void resolve()))
  })
  return (one) =>
    new Promise((resolve, reject) => {
      waiting.set(one, [...(waiting.get(one) ?? []), resolve])
      run().then(resolve, reject)
    })
}
