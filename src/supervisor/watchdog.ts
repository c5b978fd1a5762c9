// A supervisor that hangs supervises nobody: a thread of its own ends the process when the loop has not turned for 20 s,
// and PM2 (or the container's manager) starts a new one, which adopts the sessions.
import { Worker } from 'node:worker_threads'

const HUNG_MS = 20_000

const CODE = `
  const { workerData } = require('node:worker_threads')
  const beats = new Int32Array(workerData.beats)
  let last = -1
  let at = performance.now()
  setInterval(() => {
    const now = Atomics.load(beats, 0)
    if (now !== last) {
      last = now
      at = performance.now()
    } else if (performance.now() - at > workerData.hungMs) {
      require('node:fs').writeSync(2, 'frota: the supervisor hung for ' + workerData.hungMs / 1000 + ' s and was ended\\n')
      process.kill(process.pid, 'SIGKILL')
    }
  }, 1000)
`

export function startWatchdog(hungMs = HUNG_MS): { stop(): Promise<void> } {
  const beats = new SharedArrayBuffer(4)
  const counter = new Int32Array(beats)
  const timer = setInterval(() => Atomics.add(counter, 0, 1), 1_000)
  const worker = new Worker(CODE, {
    eval: true,
    workerData: { beats, hungMs },
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
