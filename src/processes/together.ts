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

/** The same with an argument each: `work` gets all of them. When it fails, it fails for all. */
export function gathered<A>(work: (all: ReadonlySet<A>) => Promise<void>): (one: A) => Promise<void> {
  let waiting = new Set<A>()
  const run = shared(() => {
    const all = waiting
    waiting = new Set()
    return work(all)
  })
  return (one) => {
    waiting.add(one)
    return run()
  }
}
