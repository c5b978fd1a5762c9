// One session process: its kind's run module, with all that a session has.
import type { RunEnv } from '../config/session-env.js'
import type { Welcome } from '../core/protocol.js'
import type { RunModule } from '../kinds/kind.js'
import { runProcess } from './process.js'
import { loadRunModule } from './run-module.js'
import { openWorkplace } from './workplace.js'

/** Ends with the process. `sdk`: what kinds from outside import as `frota`. */
export function runSession(env: RunEnv, sdk: URL): Promise<never> {
  return runProcess<Welcome>(env, async (given) => {
    const { ctx, ...place } = await openWorkplace(given)
    return { ...place, run: async () => (await loadRunModule<RunModule>(given.welcome.runModule, sdk)).run(ctx) }
  })
}
