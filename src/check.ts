// The program of one check of a session. Whoever starts it tells it everything over a pipe.
import { runCheck } from './runtime/check.js'

await runCheck(new URL('./kinds/session-sdk.js', import.meta.url))
