// A supervisor that hangs supervises nobody: a thread of its own ends the process when the loop has not turned for 20 s,
// and PM2 (or the container's manager) starts a new one, which adopts the sessions.
import { Worker } from 'node:worker_threads'

const HUNG_MS = 20_000
const LOOKS = 20

/** Counts its own looks, not the time: of a process that was stopped or a container that was paused nothing hung. */
const CODE = `
  const { workerData } = require('node:worker_threads')
  const beats = new Int32Array(workerData.beats)
  let last = -1
  let looks = 0
  setInterval(() => {
    const now = Atomics.load(beats, 0)
    looks = now === last ? looks + 1 : 0
    last = now
    if (looks < workerData.looks) return
    require('node:fs').writeSync(2, 'frota: the supervisor hung for ' + workerData.hungMs / 1000 + ' s and was ended\\n')
    process.kill(process.pid, 'SIGKILL')
  }, workerData.hungMs / workerData.looks)
`

export function startWatchdog(hungMs = HUNG_MS): { stop(): Promise<void> } {
  const beats = new SharedArrayBuffer(4)
  const counter = new Int32Array(beats)
  const timer = setInterval(() => Atomics.add(counter, 0, 1), hungMs / LOOKS)
  const worker = new Worker(CODE, {
    eval: true,
    // What the operator loads into every Node (a tracer, by NODE_OPTIONS) has no room in it and no business there.
    execArgv: [],
    env: {},
    workerData: { beats, hungMs, looks: LOOKS },
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 },
  })
  worker.unref()
  return {
    async stop() {
      clearInterval(timer)
      await worker.terminate()
    },
  }
}
