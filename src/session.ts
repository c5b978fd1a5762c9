// The program of one session process. The supervisor starts it with a ticket; everything else comes with hello. Then the
// run module of its kind is run, with all that a session has.
import { takeSessionEnv } from './config/session-env.js'
import type { Welcome } from './core/protocol.js'
import { SessionExit } from './core/states.js'
import type { RunModule } from './kinds/kind.js'
import { runProcess } from './runtime/process.js'
import { loadRunModule } from './runtime/run-module.js'
import { writeStderr } from './runtime/stderr.js'
import { openWorkplace } from './runtime/workplace.js'

/** What kinds from outside import as `frota`. */
const SDK = new URL('./kinds/session-sdk.js', import.meta.url)

try {
  await runProcess<Welcome>(takeSessionEnv(), async (given) => {
    const { ctx, ...place } = await openWorkplace(given)
    return { ...place, run: async () => (await loadRunModule<RunModule>(given.welcome.runModule, SDK)).run(ctx) }
  })
} catch (error) {
  if (!(error instanceof SessionExit)) throw error
  writeStderr(`frota session: ${error.message}\n`)
  process.exit(error.exitCode)
}
