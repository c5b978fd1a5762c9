// One browser, from opened to closed.

import { later } from '../../node/waits.js'
import type { Running } from './assemble.js'
import { type EngineOptions, type OpenEngine, Unreachable } from './engine.js'
import { type Lived, live } from './life.js'
import { unseen } from './seen.js'

/** Together with closing the browser it must fit into the kind's grace. */
const DETACH_WITHIN_MS = 3_000
const TELL_WITHIN_MS = 300

/** @param doubtSince since when browsers before this one did not show the login */
export async function oneBrowser(
  running: Running,
  openEngine: OpenEngine,
  path: string,
  doubtSince: number | null,
): Promise<Lived | Unreachable> {
  const { signal, clock } = running.parts.ctx
  try {
    return await openAndLive(running, openEngine, path, doubtSince)
  } catch (error) {
    if (signal.aborted) return { end: 'stopped', seen: unseen(clock.now().getTime(), doubtSince) }
    if (error instanceof Unreachable) return error
    throw error
  }
}

async function openAndLive(running: Running, openEngine: OpenEngine, path: string, doubtSince: number | null) {
  const { ctx, pairing, inbox, backlog, sender, profiles } = running.parts
  profiles.prepare()
  const isPairing = profiles.login === 'unpaired'
  running.opened = { endpoint: running.config.endpoint, phone: isPairing ? pairing.phone : null }
  running.loggedOut = null
  // The page of a login that is in doubt shows codes, too. Scanned, one would put a new login over the old one.
  if (isPairing) pairing.open()
  pairing.say('the browser is starting')
  const engine = await openEngine(engineOptions(running, path))
  const living = live(running.parts, engine, { byPhone: running.opened.phone !== null, doubtSince })
  const stopped = whenAborted(ctx.signal).then((): Lived => {
    return { end: 'stopped', seen: unseen(ctx.clock.now().getTime(), doubtSince) }
  })
  try {
    return await Promise.race([living, stopped, engine.died.then((error) => Promise.reject(error))])
  } catch (error) {
    // A call that failed because the browser ended tells less than why it ended.
    throw (await Promise.race([engine.died, later(TELL_WITHIN_MS)])) ?? error
  } finally {
    running.connected = null
    inbox.shut()
    pairing.close()
    pairing.paired(null)
    await Promise.race([Promise.all([backlog.stop(), sender.detach()]), later(DETACH_WITHIN_MS)])
    await engine.close()
    await Promise.race([living.catch(() => 'told above'), later(TELL_WITHIN_MS)])
  }
}

function engineOptions(running: Running, path: string): EngineOptions {
  const { ctx, pairing, inbox, bell, profiles } = running.parts
  return {
    profile: profiles.path,
    browser: { path, libs: ctx.dirs.browserLibs, sandbox: ctx.dirs.browserSandbox },
    ...running.opened,
    signal: ctx.signal,
    log: (message) => ctx.log.debug(message),
    on: {
      qr: pairing.showQr,
      linkCode: pairing.showLinkCode,
      linkTrouble: pairing.loseLinkCode,
      message: inbox.push,
      loggedOut(reason) {
        running.loggedOut = { reason }
        bell.ring()
      },
      reload() {
        running.missed = true
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
