// The inside of a worker: trials in, outcomes out, one after the other.
import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../../../../core/errors.js'
import { loadStrategies } from '../../strategies/load.js'
import type { FromWorker, ToWorker, WorkerSetup } from './protocol.js'
import { runTrial, type TrialParts } from './trial.js'

serveTrials()

function serveTrials(): void {
  const port = parentPort
  if (!port) throw new Error('this is the inside of a worker')
  const say = (said: FromWorker) => port.postMessage(said)
  const parts = partsOf((workerData as { setup: WorkerSetup }).setup)
  let last: Promise<void> = Promise.resolve()
  port.on('message', ({ number, trial }: ToWorker) => {
    last = last.then(async () => {
      try {
        say({ number, outcome: await runTrial(await parts, trial) })
      } catch (error) {
        say({ number, failed: `${JSON.stringify(trial.point)}: ${messageOf(error)}` })
      }
    })
  })
}

async function partsOf({ strategy, strategyFiles, ...setup }: WorkerSetup): Promise<TrialParts> {
  return { ...setup, strategy: await (await loadStrategies(strategyFiles)).need(strategy) }
}
