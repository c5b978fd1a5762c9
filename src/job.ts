// The program of one job. Whoever starts it tells it everything over a pipe.
import { runJob } from './runtime/job.js'

await runJob(new URL('./kinds/session-sdk.js', import.meta.url))
