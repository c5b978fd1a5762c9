// For what goes on asking (-f, --watch, pair): a supervisor that is being replaced is back within seconds.
import { setTimeout as sleep } from 'node:timers/promises'
import { isGone } from './cli.js'

const PATIENCE_MS = 30_000
const AGAIN_AFTER_MS = 250

export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      return await ask()
    } catch (thrown) {
      if (!isGone(thrown) || performance.now() > giveUpAt) throw thrown
      await sleep(AGAIN_AFTER_MS)
    }
  }
}
