// One job, from its order to its answer. It has no secrets and no store; what it is given came through its schema.
import { messageOf } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'
import type { Said } from '../core/one-shot.js'
import type { JobContext, JobDirs, JobModule, JobModules, JobScreen } from '../kinds/job.js'
import { monotonicMs } from './clock.js'
import { answerWith, lastWord, openOneShot } from './one-shot.js'
import { endWhenOrphaned } from './orphan.js'
import { loadModule } from './run-module.js'

const { rmSync } = process.getBuiltinModule('node:fs')

const TELL_EVERY_MS = 100

export interface JobOrder {
  /** file: URL of its module. */
  module: string
  input: JsonObject
  dirs: JobDirs
  modules: JobModules
  /** Null: nobody looks at it. */
  screen: JobScreen | null
}

/** @param sdk what its module imports as `frota` */
export async function runJob(sdk: URL): Promise<never> {
  let tmp: string | undefined
  const leave = () => {
    if (tmp !== undefined) rmSync(tmp, { recursive: true, force: true })
  }
  const door = await openOneShot(leave).catch(lastWord)
  const { module: url, input, dirs, modules, screen } = door.order as unknown as JobOrder
  tmp = dirs.tmp
  endWhenOrphaned(tmp)
  const work = async () => {
    const module = await loadModule<JobModule>(url, sdk, 'run')
    const { signal, log } = door
    const job: JobContext = { input: Object.freeze(input), signal, dirs, modules, log, progress: teller(door.say) }
    const result = (await module.run(job)) ?? null
    const text = screen && module.show ? drawn(module, result, screen, log) : null
    return { result, text, ...(module.isFailure?.(result) ? { isFailure: true as const } : {}) }
  }
  return answerWith(door, work, leave)
}

/** The answer is there, however badly it can be drawn. */
function drawn(
  module: JobModule,
  result: Parameters<NonNullable<JobModule['show']>>[0],
  screen: JobScreen,
  log: JobContext['log'],
) {
  try {
    return module.show?.(result, screen) ?? null
  } catch (error) {
    log.warn(`it cannot be shown: ${messageOf(error)}`)
    return null
  }
}

/** Ten times a second at most, the end always. Between two of them a signal can be heard, also by a long computation. */
function teller(say: (said: Said) => void): JobContext['progress'] {
  let toldAt = Number.NEGATIVE_INFINITY
  return async (done, total = null, text = '') => {
    const at = monotonicMs()
    if (at - toldAt < TELL_EVERY_MS && done !== total) return
    toldAt = at
    say({ is: 'progress', done, total, text })
    await new Promise((resolve) => setImmediate(resolve))
  }
}
