// What a kind's `run` is given, put together from the session's parts.
import type { JsonObject } from '../core/json.js'
import type { Welcome } from '../core/protocol.js'
import { Secret } from '../core/secret.js'
import type { Journal, Log, SessionContext } from '../kinds/kind.js'
import { sleep } from '../node/waits.js'
import type { Status } from './status.js'

export interface ContextParts {
  welcome: Welcome
  signal: AbortSignal
  journal: Journal
  log: Log
  status: Status
  lease: SessionContext['lease']
  commands: SessionContext['commands']
  config: LiveConfig
}

export function contextFrom(parts: ContextParts): SessionContext {
  const { welcome, signal, journal, log, status, lease, commands, config } = parts
  const { tenant, name } = welcome.session
  const { data, browser, browserLibs } = welcome.dirs
  return {
    signal,
    session: { tenant, name, ref: `${tenant}/${name}` },
    get config() {
      return config.value()
    },
    onConfig: config.onChange,
    secrets: Object.freeze(
      Object.fromEntries(Object.entries(welcome.secrets).map(([key, value]) => [key, new Secret(value)])),
    ),
    journal,
    log,
    report: status.report,
    lease,
    commands,
    entitlements: welcome.entitlements,
    dirs: { data, browser, browserLibs, browserSandbox: welcome.browserSandbox },
    clock: { now: () => new Date(), sleep: (ms) => sleep(ms, signal) },
  }
}

/** The config as it is now, and who wants to hear of a new one. */
export interface LiveConfig {
  value(): Readonly<JsonObject>
  version(): number
  isTakenLive(): boolean
  onChange(listener: (config: Readonly<JsonObject>) => void): void
  /** A listener that throws is the kind's bug: it is the caller's to crash on. */
  take(value: JsonObject, version: number): void
}

export function liveConfig(first: JsonObject, firstVersion: number): LiveConfig {
  let value = Object.freeze(first)
  let version = firstVersion
  const listeners: ((config: Readonly<JsonObject>) => void)[] = []
  return {
    value: () => value,
    version: () => version,
    isTakenLive: () => listeners.length > 0,
    onChange: (listener) => void listeners.push(listener),
    take(newValue, newVersion) {
      if (newVersion <= version) return
      value = Object.freeze(newValue)
      version = newVersion
      for (const listener of listeners) listener(value)
    },
  }
}
