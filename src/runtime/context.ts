// What a kind's `run` is given, put together from the session's parts.
import type { Welcome } from '../core/protocol.js'
import type { Journal, Log, Records, SessionContext } from '../kinds/kind.js'
import { sleep } from '../node/waits.js'
import type { LiveConfig } from './live-config.js'
import type { LiveValue } from './live-value.js'
import type { SecretValues } from './new-secrets.js'
import type { Status } from './status.js'

export interface ContextParts {
  welcome: Welcome
  signal: AbortSignal
  journal: Journal & { records(collection: string): Records }
  log: Log
  status: Status
  lease: SessionContext['lease']
  commands: SessionContext['commands']
  hooks: SessionContext['hooks']
  config: LiveConfig
  secrets: LiveValue<Readonly<SecretValues>, string>
  notify: SessionContext['notify']
}

export function contextFrom(parts: ContextParts): SessionContext {
  const { welcome, signal, journal, log, status, lease, commands, hooks, config, secrets, notify } = parts
  const { id, tenant, name } = welcome.session
  const { data, browser, browserLibs } = welcome.dirs
  return {
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
    notify,
    lease,
    commands,
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
