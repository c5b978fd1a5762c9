// The config, the plan's limits and the sockets of the host services that the config needs are told together, so that a
// listener finds all of them as they are now.
import type { JsonObject } from '../core/json.js'
import type { BeatAnswer, Welcome } from '../core/protocol.js'
import { withFiles } from './files.js'
import { liveValue } from './live-value.js'

export interface LiveConfig {
  value(): Readonly<JsonObject>
  version(): number
  limits(): Readonly<JsonObject>
  limitsVersion(): string
  services(): Readonly<Record<string, string>>
  isTakenLive(): boolean
  onChange(listener: (config: Readonly<JsonObject>) => void): void
  /** A listener that throws is the kind's bug: it is the caller's to crash on. */
  take(newer: NonNullable<BeatAnswer['newer']>): void
}

/** @throws when a file of the config is not there, now or at `take` */
export function liveConfig(
  first: Pick<Welcome, 'config' | 'configVersion' | 'limits' | 'services' | 'dirs'>,
): LiveConfig {
  const given = (config: JsonObject) => Object.freeze(withFiles(config, first.dirs.data))
  const live = liveValue(
    {
      config: given(first.config),
      limits: Object.freeze(first.limits.value),
      services: frozen(first.services),
    },
    { config: first.configVersion, limits: first.limits.version },
    (version, than) => version.config > than.config || version.limits !== than.limits,
  )
  return {
    value: () => live.value().config,
    version: () => live.version().config,
    limits: () => live.value().limits,
    limitsVersion: () => live.version().limits,
    services: () => live.value().services,
    isTakenLive: live.isTakenLive,
    onChange: (listener) => live.onChange(({ config }) => listener(config)),
    take({ config, limits, services }) {
      // A supervisor that goes by its mirror may know an older config, beside limits that are new.
      const isNewer = config.version > live.version().config
      live.take(
        {
          config: isNewer ? given(config.value) : live.value().config,
          limits: Object.freeze(limits.value),
          services: isNewer ? frozen(services) : live.value().services,
        },
        { config: isNewer ? config.version : live.version().config, limits: limits.version },
      )
    },
  }
}

/** A supervisor of before knows of none. */
const frozen = (services: Record<string, string> | undefined) => Object.freeze(services ?? {})
