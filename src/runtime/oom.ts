import { messageOf } from '../core/errors.js'
import type { Log } from '../kinds/kind.js'

const { writeFileSync } = process.getBuiltinModule('node:fs')

/** When memory runs out the kernel takes a session (and its browser, which inherits this) before the supervisor. */
export function offerToOomKiller(log: Log): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '500')
  } catch (error) {
    log.debug('oom_score_adj was not raised', { error: messageOf(error) })
  }
}
