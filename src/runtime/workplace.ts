// Everything a running session has besides its kind: journal, beats, shipping, lease, address, port; and what of it the
// kind's `run` is given. Opened in this order, because each needs the one before; the callbacks that point forward find
// their part once it is there.
import type { BeatAnswer, Welcome } from '../core/protocol.js'
import type { SessionContext } from '../kinds/kind.js'
import { sleep } from '../node/waits.js'
import { listenAtAddress } from './address.js'
import { hostUptimeMs } from './clock.js'
import { commandsOf } from './commands.js'
import { type Footing, openFooting } from './footing.js'
import { listenHealth } from './health.js'
import { leaseFrom } from './lease.js'
import { type LiveConfig, liveConfig } from './live-config.js'
import { metricsText } from './metrics.js'
import { noticesOf } from './notices.js'
import type { Given, Place } from './process.js'
import { type Shipping, startShipping } from './shipping.js'

export type Workplace = Omit<Place, 'run'> & { readonly ctx: SessionContext }

export async function openWorkplace(given: Given<Welcome>): Promise<Workplace> {
  const { welcome, env, link, stop, log, redact } = given
  const { signal } = stop
  let shipping: Shipping | undefined
  const { epoch, confirmedForMs } = welcome.lease
  const footing = await openFooting(given, welcome, {
    epoch,
    maxRecordsBytes: welcome.maxRecordsBytes,
    onRecord: () => shipping?.soon(),
  })
  const { journal, hooks } = footing
  const lease = leaseFrom(epoch, hostUptimeMs)
  lease.confirm(confirmedForMs, given.askedAtMs)
  const config = liveConfig(welcome)
  const commands = commandsOf({ names: welcome.commands, signal, log, redact })
  const onError = (message: string, stack: string) => log.error(message, { stack })
  const { commandToken, hookToken } = welcome
  const address = await listenAtAddress({ path: env.address, commands, commandToken, hooks, hookToken, onError })
  const health = await openPort(given, footing, onError)
  log.info('starts', { kind: welcome.kind, run: env.run, port: health.port, pid: process.pid })

  const beats = footing.begin<BeatAnswer>({
    said: () => ({
      port: health.port,
      configVersion: config.version(),
      limitsVersion: config.limitsVersion(),
      takesConfigLive: config.isTakenLive(),
    }),
    onAnswer(answer, askedAtMs) {
      lease.confirm(answer.lease.confirmedForMs, askedAtMs)
      if (answer.maxRecordsBytes !== null) journal.limit(answer.maxRecordsBytes)
      if (!answer.newer || !config.isTakenLive()) return
      try {
        config.take(answer.newer)
        beats.soon()
      } catch (error) {
        given.crash(error)
      }
    },
    onFenced: lease.lose,
  })
  shipping = startShipping(link, journal, log)

  const notify = noticesOf({ session: welcome.session.id, journal, redact })
  return {
    ctx: contextFor(given, footing, config, { lease: lease.view, commands, notify }),
    journal,
    isFenced: footing.isFenced,
    async windUp(withinMs) {
      await Promise.all([footing.lastBeat(), shipping.flush(withinMs)])
      address.close()
      health.close()
      link.close()
    },
  }
}

function contextFor(
  { welcome, stop: { signal }, log }: Given<Welcome>,
  { status, journal, hooks, secrets }: Footing,
  config: LiveConfig,
  others: Pick<SessionContext, 'lease' | 'commands' | 'notify'>,
): SessionContext {
  const { id, tenant, name } = welcome.session
  const { data, browser, browserLibs } = welcome.dirs
  return {
    ...others,
    signal,
    session: { id, tenant, name, ref: `${tenant}/${name}` },
    get config() {
      return config.value()
    },
    onConfig: config.onChange,
    get secrets() {
      return secrets.value()
    },
    onSecrets: secrets.onChange,
    journal,
    records: journal.records,
    log,
    report: status.report,
    hooks,
    get limits() {
      return config.limits()
    },
    get services() {
      return config.services()
    },
    dirs: { data, browser, browserLibs, browserSandbox: welcome.browserSandbox },
    clock: { now: () => new Date(), sleep: (ms) => sleep(ms, signal) },
  }
}

function openPort(
  { welcome, env }: Given<Welcome>,
  { status, counters }: Footing,
  onError: (message: string, stack: string) => void,
) {
  const { run, name: session } = env
  return listenHealth({
    ports: welcome.ports,
    health() {
      const { state, reason, since } = status.current()
      return { ready: state === 'ready', body: { state, reason, since, session, run } }
    },
    metrics: () => metricsText({ session, kind: welcome.kind, state: status.current().state, counters: counters() }),
    onError,
  })
}
