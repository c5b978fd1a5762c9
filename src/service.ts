// The program of one host service. As a session's: the supervisor starts it with a ticket, everything else comes with
// hello, and its run module is run with all that a service has.
import { takeRunEnv } from './config/session-env.js'
import type { HostWelcome } from './core/protocol.js'
import { SessionExit } from './core/states.js'
import type { HostServiceModule } from './kinds/service.js'
import { runProcess } from './runtime/process.js'
import { loadRunModule } from './runtime/run-module.js'
import { openServicePlace } from './runtime/service-place.js'
import { writeStderr } from './runtime/stderr.js'

/** What modules from outside import as `frota`. */
const SDK = new URL('./kinds/session-sdk.js', import.meta.url)

// The sockets it makes are for its user alone.
process.umask(0o077)
try {
  await runProcess<HostWelcome>(takeRunEnv(), async (given) => {
    const { ctx, ...place } = await openServicePlace(given)
    return {
      ...place,
      run: async () => (await loadRunModule<HostServiceModule>(given.welcome.runModule, SDK)).run(ctx),
    }
  })
} catch (error) {
  if (!(error instanceof SessionExit)) throw error
  writeStderr(`frota host service: ${error.message}\n`)
  process.exit(error.exitCode)
}
