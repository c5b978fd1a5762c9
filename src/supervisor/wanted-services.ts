// From what the sessions need to what each host service should be doing now. Pure, but for what it remembers of needs.
import { hash } from 'node:crypto'
import { hostRef, type SessionId } from '../core/ids.js'
import { missingSecrets, readsSecret } from '../core/secret-names.js'
import type { BuiltInService, HostService, HostServices } from '../kinds/host-services.js'
import { hostUnitId, NO_TENANT } from './host-units.js'
import type { OperatorSecrets, ServiceSettings } from './parts.js'
import { DEFAULT_LIMITS, type Should, type Wanted } from './wanted.js'

/** A session that is stopped and started again finds it as it was. */
export const LINGER_MS = 20_000
const LOG_DAYS = 30
const VERSION_CHARS = 16

export interface ServiceRules {
  known: HostServices
  settings: ReadonlyMap<string, ServiceSettings>
  /** Somebody may follow a one-time link. */
  hasLinks: boolean
  /** Whether sessions of the kind can be reached from outside. */
  hasHooks(kind: string): boolean
  secrets: OperatorSecrets
  /** Restarts that an operator has asked for, by name. */
  restartRequests: ReadonlyMap<string, number>
  /** When each was last needed: kept here from one time to the next. By a clock that nobody sets. */
  neededAt: Map<string, number>
  nowMs: number
}

/** All that the home knows of, also those that should not run. */
export function wantedServices(sessions: Iterable<Wanted>, rules: ServiceRules): Map<SessionId, Wanted> {
  const running = [...sessions].filter(({ should }) => should.do === 'run')
  const needed = new Set(running.flatMap(({ needs }) => needs))
  const services = [...rules.known.values()]
  const isReached =
    rules.hasLinks ||
    running.some(({ kind }) => rules.hasHooks(kind)) ||
    services.some((service) => hasHooks(service) && shouldOf(service, needed, rules).do === 'run')
  if (isReached) for (const service of services) if (facesTheWorld(service)) needed.add(service.name)
  return new Map(
    services.map((service) => [hostUnitId(service.name), wantedOf(service, shouldOf(service, needed, rules), rules)]),
  )
}

function shouldOf({ name, spec }: HostService, needed: ReadonlySet<string>, rules: ServiceRules): Should {
  const mode = rules.settings.get(name)?.mode ?? 'auto'
  if (mode === 'off') return { do: 'stop', reason: 'switched off in the settings of the home' }
  if (mode === 'on' || needed.has(name)) rules.neededAt.set(name, rules.nowMs)
  const neededAt = rules.neededAt.get(name)
  if (neededAt === undefined || rules.nowMs - neededAt > LINGER_MS) return { do: 'stop', reason: NOT_NEEDED }
  const [missing] = missingSecrets(spec.secrets, rules.secrets.names())
  if (missing === undefined) return { do: 'run' }
  return { do: 'fail', reason: `needs the operator's secret ${missing}: frota secret set operator ${missing}` }
}

export const NOT_NEEDED = 'nothing that is wanted needs it'

const hasHooks = ({ spec }: HostService) => Object.keys(spec.hooks ?? {}).length > 0
const facesTheWorld = ({ spec }: HostService) => (spec as BuiltInService).facesTheWorld === true

function wantedOf({ name, from, spec, maxMemoryBytes }: HostService, should: Should, rules: ServiceRules): Wanted {
  const config = rules.settings.get(name)?.config ?? {}
  const secrets = rules.secrets.names().filter((secret) => readsSecret(spec.secrets, secret))
  return {
    id: hostUnitId(name),
    tenantId: NO_TENANT,
    ref: hostRef(name),
    kind: from,
    should,
    config,
    configVersion: 0,
    secretsVersion: secrets.length === 0 ? '' : rules.secrets.version(secrets),
    journalId: null,
    startRequests: 0,
    restartRequests: rules.restartRequests.get(name) ?? 0,
    logDays: LOG_DAYS,
    maxRecordsBytes: 0,
    needs: [],
    // A supervisor with other settings restarts what it has adopted.
    kindLimits: { value: {}, version: hash('sha256', JSON.stringify(config)).slice(0, VERSION_CHARS) },
    limits: {
      maxMemoryBytes: maxMemoryBytes ?? DEFAULT_LIMITS.maxMemoryBytes,
      readyWithinMs: spec.readyWithinMs ?? DEFAULT_LIMITS.readyWithinMs,
      stopWithinMs: spec.stopWithinMs ?? DEFAULT_LIMITS.stopWithinMs,
    },
  }
}
