// Workers on all cores, each with one trial in hand and one ahead, so that none waits for its next. What comes out does not
// depend on how many there are: a trial knows nothing of the others.
import { Worker } from 'node:worker_threads'
import type { FromWorker, ToWorker, WorkerSetup } from './protocol.js'
import type { Trial, TrialOutcome } from './trial.js'

const IN_HAND = 2

export interface Pool {
  /** In any order. Rejects with the signal's reason when it aborts, and with what went wrong in a worker. */
  run(trials: readonly Trial[], take: (at: number, outcome: TrialOutcome) => void): Promise<void>
  close(): Promise<void>
}

export function openPool(count: number, setup: WorkerSetup, signal: AbortSignal): Pool {
  const program = new URL('./worker.js', import.meta.url)
  const workers = Array.from({ length: count }, () => new Worker(program, { workerData: { setup } }))
  return {
    run: (trials, take) => {
      let next = 0
      return allOrFirstFailure(
        workers.map((worker) => serve(worker, trials, () => (next < trials.length ? next++ : null), take)),
        signal,
      )
    },
    close: async () => void (await Promise.all(workers.map((worker) => worker.terminate()))),
  }
}

function serve(
  worker: Worker,
  trials: readonly Trial[],
  nextNumber: () => number | null,
  take: (at: number, outcome: TrialOutcome) => void,
): { done: Promise<void>; leave: () => void } {
  const { promise: done, resolve, reject } = Promise.withResolvers<void>()
  let inHand = 0
  const hand = () => {
    while (inHand < IN_HAND) {
      const number = nextNumber()
      if (number === null) break
      inHand++
      worker.postMessage({ number, trial: trials[number] as Trial } satisfies ToWorker)
    }
    if (inHand === 0) resolve()
  }
  const onMessage = (said: FromWorker) => {
    if ('failed' in said) return reject(new Error(said.failed))
    inHand--
    take(said.number, said.outcome)
    hand()
  }
  const onExit = () => reject(new Error('a worker ended before its work'))
  worker.on('message', onMessage).on('error', reject).on('exit', onExit)
  hand()
  return { done, leave: () => void worker.off('message', onMessage).off('error', reject).off('exit', onExit) }
}

async function allOrFirstFailure(served: { done: Promise<void>; leave: () => void }[], signal: AbortSignal) {
  const over = new AbortController()
  const aborted = new Promise<never>((_, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true, signal: over.signal })
  })
  try {
    await Promise.race([Promise.all(served.map(({ done }) => done)), aborted])
  } finally {
    over.abort()
    for (const { leave } of served) leave()
  }
}
