// The program of one session process. The supervisor starts it with a ticket; everything else comes with hello.
import { takeSessionEnv } from './config/session-env.js'
import { SessionExit } from './core/states.js'
import { runSession } from './runtime/session.js'
import { writeStderr } from './runtime/stderr.js'

try {
  await runSession(takeSessionEnv(), new URL('./kinds/session-sdk.js', import.meta.url))
} catch (error) {
  if (!(error instanceof SessionExit)) throw error
  writeStderr(`frota session: ${error.message}\n`)
  process.exit(error.exitCode)
}
