// A process whose caller was killed is told by the end of its pipe. One that computes without ever letting go of its
// thread does not hear of that: a thread of its own ends it, with whatever it started.

/** One whose caller is gone goes by itself; the caller can kill nothing any more. */
export const ORPHAN_GRACE_MS = 5_000
const LOOK_EVERY_MS = 1_000

const CODE = `
  const { workerData: { caller, dir, graceMs, lookEveryMs } } = require('node:worker_threads')
  const look = setInterval(() => {
    if (process.ppid === caller) return
    clearInterval(look)
    setTimeout(() => {
      try {
        require('node:fs').rmSync(dir, { recursive: true, force: true })
      } finally {
        process.kill(-process.pid, 'SIGKILL')
      }
    }, graceMs)
  }, lookEveryMs)
`

/**
 * Of a process that leads a group of its own.
 * @param dir goes with it
 */
export function endWhenOrphaned(dir: string): void {
  const { Worker } = process.getBuiltinModule('node:worker_threads')
  const thread = new Worker(CODE, {
    eval: true,
    execArgv: [],
    env: {},
    // Later than it would go by itself.
    workerData: { caller: process.ppid, dir, graceMs: ORPHAN_GRACE_MS + LOOK_EVERY_MS, lookEveryMs: LOOK_EVERY_MS },
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 },
  })
  thread.unref()
}
