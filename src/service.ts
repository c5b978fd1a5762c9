// The program of one host service. As a session's: the supervisor starts it with a ticket, everything else comes with hello.
import { takeRunEnv } from './config/session-env.js'
import { SessionExit } from './core/states.js'
import { runService } from './runtime/service.js'
import { writeStderr } from './runtime/stderr.js'

// The sockets it makes are for its user alone.
process.umask(0o077)
try {
  await runService(takeRunEnv(), new URL('./kinds/session-sdk.js', import.meta.url))
} catch (error) {
  if (!(error instanceof SessionExit)) throw error
  writeStderr(`frota host service: ${error.message}\n`)
  process.exit(error.exitCode)
}
