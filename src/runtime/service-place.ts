// Everything a running host service has besides its code: journal, secrets, hooks, beats, and what the supervisor tells it
// of the others. It has no store, no lease and no port of its own.
import { type HostBeatAnswer, type HostWelcome, lastRowOf } from '../core/protocol.js'
import type { SessionJournal } from '../journal/journal.js'
import type { HostServiceContext } from '../kinds/service.js'
import { distrustOfOwnDirectory } from '../node/trust.js'
import { sleep } from '../node/waits.js'
import { listenAtAddress } from './address.js'
import { callThrough } from './calls.js'
import { monotonicMs } from './clock.js'
import { commandsOf } from './commands.js'
import { openFooting } from './footing.js'
import { openLink } from './link.js'
import type { SessionLog } from './log.js'
import type { Given, Place } from './process.js'
import { followRoutes } from './routes.js'

const { mkdirSync, rmSync } = process.getBuiltinModule('node:fs')
const { dirname } = process.getBuiltinModule('node:path')

const MOST_AT_ONCE = 500
/** Each call by a credential holds one, and one waits for routes. */
const MAX_SOCKETS = 64

export type ServicePlace = Omit<Place, 'run'> & { readonly ctx: HostServiceContext }

export async function openServicePlace(given: Given<HostWelcome>): Promise<ServicePlace> {
  const { welcome, env, link, stop, log, redact } = given
  const { signal } = stop
  const footing = await openFooting(given, welcome, { epoch: welcome.epoch, onRecord: () => soon() })
  const { status, journal, secrets, hooks } = footing
  const soon = tellerOf(journal, log)
  soon() // what the run before had no time to tell
  const questions = openLink(env.socket, MAX_SOCKETS)
  questions.setToken(welcome.token)
  const routes = followRoutes(questions, log, signal)
  freeSocket(welcome.listenAt)
  const address = await listenAtAddress({
    path: env.address,
    commands: commandsOf({ names: [], signal, log, redact }),
    // Nobody is given it: a service has no commands.
    commandToken: welcome.token,
    hooks,
    hookToken: welcome.hookToken,
    onError: (message, stack) => log.error(message, { stack }),
  })
  log.info('starts', { service: welcome.name, run: env.run, pid: process.pid })
  let lastTickMs = monotonicMs() // whoever answered the hello is there
  footing.begin<HostBeatAnswer>({
    said: () => ({ port: null, configVersion: 0, limitsVersion: welcome.settingsVersion, takesConfigLive: false }),
    onAnswer({ lastTickMsAgo }) {
      lastTickMs = monotonicMs() - lastTickMsAgo
    },
    onFenced: () => undefined,
  })
  const { table, intents, transaction, db } = journal
  return {
    journal,
    isFenced: footing.isFenced,
    async windUp() {
      await footing.lastBeat()
      address.close()
      questions.close()
      link.close()
    },
    ctx: {
      signal,
      config: Object.freeze(welcome.config),
      get secrets() {
        return secrets.value()
      },
      onSecrets: secrets.onChange,
      journal: { table, intents, transaction, db },
      log,
      report: (state, { reason, detail } = {}) =>
        status.report(state, { ...(reason !== undefined && { reason }), ...(detail !== undefined && { detail }) }),
      hooks,
      listenAt: welcome.listenAt,
      dirs: { data: welcome.dirs.data },
      clock: { now: () => new Date(), sleep: (ms) => sleep(ms, signal) },
      supervisor: {
        onRoutes: routes.on,
        call: callThrough(questions),
        lastTickMsAgo: () => monotonicMs() - lastTickMs,
      },
    },
  }
}

/** The run before may have been killed, and whatever clears /tmp away may have been there. */
function freeSocket(path: string): void {
  const dir = dirname(path)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const found = distrustOfOwnDirectory(dir)
  if (found) throw new Error(`${found.message}: ${found.remedy}`)
  rmSync(path, { force: true })
}

/** No store takes events of a host service: frota's own (an act of which nobody knows the outcome) go into its log. */
function tellerOf(journal: SessionJournal, log: SessionLog): () => void {
  let isDue = false
  const tell = () => {
    isDue = false
    for (;;) {
      const batch = journal.pending(MOST_AT_ONCE)
      const last = lastRowOf(batch)
      if (last === 0) return
      for (const { type, at, data } of batch.events) log.warn(type, { happenedAt: at, ...data })
      journal.ack(last)
    }
  }
  return () => {
    if (!isDue) setImmediate(tell) // not inside the transaction that records it
    isDue = true
  }
}
