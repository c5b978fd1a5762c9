// One browser, from opened to closed.
import { later } from '../../node/waits.js'
import type { End } from './after.js'
import type { Parts } from './assemble.js'
import { type EngineOptions, type OpenEngine, Unreachable } from './engine.js'
import { live } from './life.js'

/** Together with closing the browser it must fit into the kind's grace. */
const DETACH_WITHIN_MS = 3_000
const TELL_WITHIN_MS = 300

export async function oneBrowser(parts: Parts, openEngine: OpenEngine, path: string): Promise<End | Unreachable> {
  try {
    return await openAndLive(parts, openEngine, path)
  } catch (error) {
    if (parts.ctx.signal.aborted) return 'stopped'
    if (error instanceof Unreachable) return error
    throw error
  }
}

async function openAndLive(parts: Parts, openEngine: OpenEngine, path: string): Promise<End> {
  const { ctx, observer, profiles } = parts
  profiles.prepare()
  observer.see({ what: 'opening', login: profiles.login })
  const engine = await openEngine(engineOptions(parts, path))
  const living = live(parts, engine)
  const stopped = whenAborted(ctx.signal).then((): End => 'stopped')
  try {
    return await Promise.race([living, stopped, engine.died.then((error) => Promise.reject(error))])
  } catch (error) {
    // A call that failed because the browser ended tells less than why it ended.
    throw (await Promise.race([engine.died, later(TELL_WITHIN_MS)])) ?? error
  } finally {
    const { inbox, backlog, sender } = parts
    observer.see({ what: 'closing' })
    inbox.shut()
    await Promise.race([Promise.all([backlog.stop(), sender.detach()]), later(DETACH_WITHIN_MS)])
    await engine.close()
    await Promise.race([living.catch(() => 'told above'), later(TELL_WITHIN_MS)])
  }
}

function engineOptions({ ctx, observer, inbox, bell, profiles }: Parts, path: string): EngineOptions {
  const { opened, number: browser } = observer.seen.browser
  return {
    profile: profiles.path,
    browser: { path, libs: ctx.dirs.browserLibs, sandbox: ctx.dirs.browserSandbox },
    ...opened,
    signal: ctx.signal,
    log: (message) => ctx.log.debug(message),
    on: {
      qr: (code) => void observer.see({ what: 'qr', browser, code }),
      linkCode: (code) => void observer.see({ what: 'link code', browser, code }),
      linkTrouble: (why) => void observer.see({ what: 'link trouble', browser, why }),
      message: inbox.push,
      loggedOut(reason) {
        observer.see({ what: 'logged out', browser, reason })
        bell.ring()
      },
      reload() {
        observer.see({ what: 'reloaded', browser })
        bell.ring()
      },
      hint: bell.ring,
    },
  }
}

const whenAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
