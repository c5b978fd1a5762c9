// One process of a host service: its run module, with all that a service has.
import type { RunEnv } from '../config/session-env.js'
import type { HostWelcome } from '../core/protocol.js'
import type { HostServiceModule } from '../kinds/service.js'
import { runProcess } from './process.js'
import { loadRunModule } from './run-module.js'
import { openServicePlace } from './service-place.js'

/** Ends with the process. `sdk`: what modules from outside import as `frota`. */
export function runService(env: RunEnv, sdk: URL): Promise<never> {
  return runProcess<HostWelcome>(env, async (given) => {
    const { ctx, ...place } = await openServicePlace(given)
    return {
      ...place,
      run: async () => (await loadRunModule<HostServiceModule>(given.welcome.runModule, sdk)).run(ctx),
    }
  })
}
