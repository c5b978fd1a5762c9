// The host services that a home knows of: those that come with frota, and those that its kinds bring.
import { messageOf } from '../core/errors.js'
import { didYouMean } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import { isSecretPattern } from '../core/secret-names.js'
import { parseSize, SIZE_RULE } from '../core/sizes.js'
import { throwIfBadHooks } from './hooks.js'
import type { Kind } from './kind.js'
import type { HostServiceSpec } from './service.js'

export interface HostService {
  readonly name: string
  /** The kind that brings it, or `frota`. */
  readonly from: string
  readonly spec: HostServiceSpec
  /** Null: the ordinary bound. */
  readonly maxMemoryBytes: number | null
}

/** One that comes with frota. */
export interface BuiltInService extends HostServiceSpec {
  /** Needed, without being named, by whatever is wanted and has hooks, and while there are one-time links. */
  facesTheWorld?: true
}

export type HostServices = ReadonlyMap<string, HostService>

const NAME = /^[a-z][a-z0-9-]{0,30}$/

/** @param from the kind that brings it @throws an Error that says what is wrong with it */
export function readHostService(name: string, value: URL | HostServiceSpec, from: string): HostService {
  const about = `services.${name}`
  if (!NAME.test(name)) throw new Error(`services: "${name}" must be lower-case letters, digits and "-"`)
  const spec = value instanceof URL ? { run: value } : value
  if (typeof spec !== 'object' || spec === null || !(spec.run instanceof URL))
    throw new Error(`${about} must be a URL, or an object with one as its \`run\``)
  throwIfBadSecrets(spec.secrets, `${about}.secrets`)
  try {
    throwIfBadHooks(spec.hooks)
  } catch (thrown) {
    throw new Error(`${about}: ${messageOf(thrown)}`)
  }
  const maxMemoryBytes = spec.maxMemory === undefined ? null : parseSize(String(spec.maxMemory))
  if (spec.maxMemory !== undefined && maxMemoryBytes === null)
    throw new Error(`${about}.maxMemory must be ${SIZE_RULE}`)
  return { name, from, spec, maxMemoryBytes }
}

export function throwIfBadSecrets(secrets: Kind['secrets'] = {}, about = 'secrets'): void {
  for (const [name, need] of Object.entries(secrets)) {
    if (!isSecretPattern(name)) throw new Error(`${about}: "${name}" is not a secret's name (API_KEY, BOT_*)`)
    if (need !== 'required' && need !== 'optional') throw new Error(`${about}.${name} must be 'required' or 'optional'`)
  }
}

/** Needs that a function answers are known only of a session, with its config. */
export function throwIfBadNeeds({ needs }: Pick<Kind, 'needs'>): void {
  if (needs === undefined || typeof needs === 'function') return
  if (!Array.isArray(needs) || !needs.every((name) => typeof name === 'string'))
    throw new Error('`needs` must be a list of host services, or a function that answers one')
}

/** What a session with this config needs, or why that cannot be had. */
export function needsOf(
  { needs = [] }: Pick<Kind, 'needs'>,
  config: JsonObject,
  known: HostServices,
): { needs: string[] } | { problem: string } {
  try {
    const names = typeof needs === 'function' ? [...needs(config)].map(String) : needs
    const unknown = names.find((name) => !known.has(name))
    if (unknown === undefined) return { needs: [...new Set(names)] }
    const hint = didYouMean(unknown, known.keys())
    return { problem: `it needs the host service "${unknown}", which no kind brings${hint === '' ? '' : ` (${hint})`}` }
  } catch (thrown) {
    return { problem: `which host services it needs cannot be told: ${messageOf(thrown)}` }
  }
}
