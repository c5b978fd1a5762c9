// Built-in kinds and those of FROTA_KINDS, checked once. A bad plug-in is a clear warning, never a crash:
// its sessions fail with that reason, all others run.
import { existsSync, realpathSync, statSync } from 'node:fs'
import { registerHooks } from 'node:module'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { isRole } from '../core/actors.js'
import { messageOf, notFound } from '../core/errors.js'
import { MOST_FILE_BYTES } from '../core/files.js'
import { didYouMean } from '../core/ids.js'
import { distrustOfCode } from '../node/trust.js'
import { within } from '../node/waits.js'
import { throwIfBadFiles } from './file.js'
import { throwIfBadJobs } from './flags.js'
import { throwIfBadHooks } from './hooks.js'
import {
  type BuiltInService,
  type HostService,
  type HostServices,
  needsOf,
  readHostService,
  throwIfBadNeeds,
  throwIfBadSecrets,
} from './host-services.js'
import type { Kind } from './kind.js'
import { throwIfBadPairing } from './pairing.js'
import { resolveFrota } from './resolve-frota.js'
import { throwIfBadViews, throwIfViewIsTaken } from './views.js'

export interface Kinds {
  list(): Kind[]
  get(name: string): Kind | undefined
  /** KIND_UNKNOWN, with the nearest name. */
  need(name: string): Kind
  /** Those that come along and those that the kinds bring, by name. */
  readonly services: HostServices
  /** One line for each plug-in that could not be loaded, or that nobody can give what it needs. */
  readonly problems: string[]
}

const LOAD_WITHIN_MS = 10_000

export interface LoadOptions {
  /** Host services that come along, by name. */
  services?: Readonly<Record<string, BuiltInService>>
  /** Names that no kind may have: those of the commands. */
  reserved?: readonly string[]
  withinMs?: number
}

/** @param outside paths (relative to the home) or package names */
export async function loadKinds(
  builtIn: Kind[],
  outside: string[],
  home: string,
  { services: alongside = {}, reserved = [], withinMs = LOAD_WITHIN_MS }: LoadOptions = {},
): Promise<Kinds> {
  const kinds = new Map<string, Kind>()
  const services = new Map<string, HostService>()
  const problems: string[] = []
  for (const [name, spec] of Object.entries(alongside)) services.set(name, readHostService(name, spec, 'frota'))
  for (const kind of builtIn) take(kind)
  if (outside.length > 0) resolveOutside()
  for (const spec of outside) {
    try {
      // A module may wait at its top level for what never comes: without a timer the program would just end, wordless.
      const late = () => new Error(`it is not loaded after ${withinMs / 1000} s`)
      take(checkKind(await within(withinMs, importKind(spec, home), late), reserved))
    } catch (thrown) {
      problems.push(`FROTA_KINDS: ${spec}: ${messageOf(thrown).replace(/\s*\n\s*/g, ' ')}`)
    }
  }
  problems.push(...[...kinds.values()].flatMap((kind) => unmetNeeds(kind, services)))
  return {
    problems,
    services,
    list: () => [...kinds.values()],
    get: (name) => kinds.get(name),
    need(name) {
      const kind = kinds.get(name)
      if (kind) return kind
      const hint = didYouMean(name, kinds.keys()) || problems[0] || `frota kinds: ${[...kinds.keys()].join(', ')}`
      throw notFound('KIND_UNKNOWN', `There is no kind "${name}".`, hint)
    },
  }

  /** All of it or nothing: a kind without the services that it brings would have its sessions speak with another's. */
  function take(kind: Kind) {
    if (kinds.has(kind.name)) throw new Error(`there is already a kind named "${kind.name}"`)
    throwIfViewIsTaken(kind, [...kinds.values()])
    const brought = Object.entries(kind.services ?? {}).map(([name, spec]) => readHostService(name, spec, kind.name))
    for (const { name } of brought) {
      const first = services.get(name)
      if (first) throw new Error(`there is already a host service named "${name}", of ${first.from}`)
    }
    kinds.set(kind.name, kind)
    for (const service of brought) services.set(service.name, service)
  }
}

/** Its sessions fail with the same words. */
function unmetNeeds(kind: Kind, services: HostServices): string[] {
  if (typeof kind.needs === 'function') return []
  const found = needsOf(kind, {}, services)
  return 'problem' in found ? [`kind ${kind.name}: ${found.problem}`] : []
}

let resolving = false
/** Asked for as `frota-kind:PACKAGE#HOME`: looked for as a module in the home would. */
const PACKAGE_KIND = /^frota-kind:([^#]+)#(.+)$/

function resolveOutside() {
  if (resolving) return
  resolving = true
  // Of the same making as this file: compiled in a fleet, TypeScript in tests.
  resolveFrota(new URL(`./sdk${path.extname(import.meta.url)}`, import.meta.url).href)
  registerHooks({
    resolve(specifier, context, next) {
      const [, name, parentURL] = PACKAGE_KIND.exec(specifier) ?? []
      if (name === undefined) return next(specifier, context)
      const found = next(name, { ...context, parentURL })
      throwIfUntrustedCode(found.url)
      return found
    },
  })
}

async function importKind(spec: string, home: string): Promise<unknown> {
  const isScoped = /^@[^/]+\/[^/]+$/.test(spec)
  const isPath = spec.startsWith('.') || (spec.includes(path.sep) && !isScoped)
  const url = isPath
    ? pathToFileURL(realOr(path.resolve(home, spec))).href
    : `frota-kind:${spec}#${pathToFileURL(path.join(home, 'package.json')).href}`
  if (isPath) throwIfUntrustedCode(url)
  const module: { default?: unknown } = await import(url)
  return module.default
}

/** What is judged is what is loaded: a symlink may point elsewhere a moment later. */
const realOr = (file: string) => (existsSync(file) ? realpathSync(file) : file)

/** Its code would run as us, with all our rights. */
function throwIfUntrustedCode(url: string): void {
  if (!url.startsWith('file:')) return
  const file = fileURLToPath(url)
  const found = distrustOfCode(file)
  if (found) throw new Error(`${found.message}: ${found.remedy}`)
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === false) throw new Error(`${file} is not a file`)
}

function checkKind(value: unknown, reserved: readonly string[]): Kind {
  if (typeof value !== 'object' || value === null)
    throw new Error('its default export is not a kind (defineKind({ … }))')
  const kind = value as Partial<Kind>
  if (typeof kind.name !== 'string' || !/^[a-z][a-z0-9-]{0,30}$/.test(kind.name)) {
    throw new Error('`name` must be lower-case letters, digits and "-"')
  }
  if (typeof kind.title !== 'string') throw new Error('`title` is missing')
  if (typeof kind.config !== 'object' || !('shape' in kind.config))
    throw new Error('`config` must be a z.object({ … })')
  throwIfBadSecrets(kind.secrets)
  throwIfBadHooks(kind.hooks)
  throwIfBadNeeds(kind)
  throwIfBadPairing(kind)
  throwIfBadLimits(kind)
  throwIfBadViews(kind as Kind)
  throwIfBadRun(kind)
  if (kind.check !== undefined && !(kind.check instanceof URL)) throw new Error('`check` must be a URL')
  throwIfNoRoles(kind as Kind)
  throwIfBadJobs(kind, reserved)
  throwIfFilesMisplaced(kind as Kind)
  for (const { href } of modulesOf(kind as Kind)) throwIfUntrustedCode(href)
  return kind as Kind
}

/** What only a session does, which a kind without sessions would promise in vain. */
const OF_SESSIONS = ['check', 'claims', 'commands', 'hooks', 'needs', 'pairing', 'reaches', 'secrets', 'views'] as const

function throwIfBadRun(kind: Partial<Kind>) {
  if (kind.run instanceof URL) return
  if (kind.run !== undefined || Object.keys(kind.jobs ?? {}).length === 0)
    throw new Error("`run` must be a URL: new URL('./run.js', import.meta.url). Only a kind of jobs has none")
  const vain = OF_SESSIONS.find((field) => kind[field] !== undefined)
  if (vain !== undefined) throw new Error(`\`${vain}\` is for sessions: without \`run\` it has none`)
}

/** Commands have no door for files, and a config's have to fit into one request. */
function throwIfFilesMisplaced({ config, commands = {} }: Kind) {
  throwIfBadFiles('config', config, MOST_FILE_BYTES)
  for (const [name, { input }] of Object.entries(commands)) throwIfBadFiles(`commands.${name}`, input, 0)
}

/** All code that it names. */
const modulesOf = ({ name: kind, run, check, jobs = {}, services = {} }: Kind): URL[] => [
  ...(run ? [run] : []),
  ...(check ? [check] : []),
  ...Object.values(jobs).map((job) => job.run),
  ...Object.entries(services).map(([name, service]) => readHostService(name, service, kind).spec.run),
]

/** A limit without a default would leave a plan of the operator's own without any. */
function throwIfBadLimits({ limits, plans = {} }: Partial<Kind>) {
  if (limits === undefined) return
  if (typeof limits !== 'object' || !('shape' in limits)) throw new Error('`limits` must be a z.object({ … })')
  for (const [key, field] of Object.entries(limits.shape)) {
    if (!field.safeParse(undefined).success) throw new Error(`\`limits.${key}\` must have a default, the strictest`)
  }
  for (const [slug, values] of Object.entries(plans)) {
    for (const [key, value] of Object.entries(values)) {
      const field = Object.hasOwn(limits.shape, key) ? limits.shape[key] : undefined
      if (!field?.safeParse(value).success) throw new Error(`\`plans.${slug}.${key}\` is no value of its limit`)
    }
  }
}

function throwIfNoRoles({ setBy = {}, commands = {}, config }: Kind): void {
  for (const [key, role] of Object.entries(setBy)) {
    if (!Object.hasOwn(config.shape, key)) throw new Error(`setBy: its config has no "${key}"`)
    if (!isRole(role)) throw new Error(`setBy: "${role}" is not a role`)
  }
  for (const [name, { role = 'member' }] of Object.entries(commands))
    if (!isRole(role)) throw new Error(`${name}: "${role}" is not a role`)
}
