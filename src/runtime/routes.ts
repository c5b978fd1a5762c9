// Who can be reached from outside, as the supervisor last said: asked again and again, and answered as soon as it is
// otherwise. While nobody answers the last routes stand.
import { messageOf } from '../core/errors.js'
import type { Route, Routes } from '../core/protocol.js'
import { pause } from '../node/waits.js'
import { type Link, refusalIn } from './link.js'
import type { SessionLog } from './log.js'
import { retryDelayMs } from './retry.js'

/** The supervisor holds its answer for 20 s at most. */
const ASK_TIMEOUT_MS = 30_000

type Listener = (routes: readonly Route[]) => void

/** Nothing is asked before somebody listens. */
export function followRoutes(
  link: Pick<Link, 'post'>,
  log: Pick<SessionLog, 'warn' | 'info'>,
  signal: AbortSignal,
): { on(listener: Listener): void } {
  const listeners: Listener[] = []
  let last: Routes | null = null
  return {
    on(listener) {
      listeners.push(listener)
      if (listeners.length === 1) void follow()
      else if (last) listener(last.routes)
    },
  }

  async function follow() {
    let failures = 0
    while (!signal.aborted) {
      try {
        const found = await ask()
        if (failures > 0) log.info('the supervisor tells the routes again')
        failures = 0
        if (found.version !== last?.version) tell(found)
      } catch (error) {
        // A supervisor that restarts is away for a moment.
        if (++failures === 3)
          log.warn('the supervisor tells no routes; the last ones stand', { error: messageOf(error) })
        await pause(retryDelayMs(failures), signal)
      }
    }
  }

  async function ask(): Promise<Routes> {
    const { status, body } = await link.post('/routes', { since: last?.version ?? null }, ASK_TIMEOUT_MS)
    if (status !== 200) throw new Error(`the supervisor answered ${status}${refusalIn(body)}`)
    return body as unknown as Routes
  }

  /** What a listener throws is its own bug: it is nobody's to catch, and ends the run like any other. */
  function tell(found: Routes) {
    last = found
    for (const listener of listeners) queueMicrotask(() => listener(found.routes))
  }
}
