// Built-in kinds and those of FROTA_KINDS, checked once. A bad plug-in is a clear warning, never a crash:
// its sessions fail with that reason, all others run.
import { registerHooks } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { messageOf, notFound } from '../core/errors.js'
import { didYouMean } from '../core/ids.js'
import type { Kind } from './kind.js'

export interface Kinds {
  list(): Kind[]
  get(name: string): Kind | undefined
  /** KIND_UNKNOWN, with the nearest name. */
  need(name: string): Kind
  /** One line for each plug-in that could not be loaded. */
  readonly problems: string[]
}

/** @param outside paths (relative to the home) or package names */
export async function loadKinds(builtIn: Kind[], outside: string[], home: string): Promise<Kinds> {
  const kinds = new Map<string, Kind>()
  const problems: string[] = []
  for (const kind of builtIn) kinds.set(kind.name, kind)
  if (outside.length > 0) resolveFrota()
  for (const spec of outside) {
    try {
      const kind = checkKind(await importKind(spec, home))
      if (kinds.has(kind.name)) throw new Error(`there is already a kind named "${kind.name}"`)
      kinds.set(kind.name, kind)
    } catch (thrown) {
      problems.push(`FROTA_KINDS: ${spec}: ${messageOf(thrown)}`)
    }
  }
  return {
    problems,
    list: () => [...kinds.values()],
    get: (name) => kinds.get(name),
    need(name) {
      const kind = kinds.get(name)
      if (kind) return kind
      const hint = didYouMean(name, kinds.keys()) || problems[0] || `frota kinds: ${[...kinds.keys()].join(', ')}`
      throw notFound('KIND_UNKNOWN', `There is no kind "${name}".`, hint)
    },
  }
}

let resolving = false
/** `import … from 'frota'` finds this program from wherever a kind lies. */
export function resolveFrota() {
  if (resolving) return
  resolving = true
  const sdk = new URL('./sdk.js', import.meta.url).href
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'frota' ? { url: sdk, shortCircuit: true } : next(specifier, context),
  })
}

async function importKind(spec: string, home: string): Promise<unknown> {
  const isPath = spec.startsWith('.') || path.isAbsolute(spec) || spec.includes(path.sep)
  const url = isPath
    ? pathToFileURL(path.resolve(home, spec)).href
    : import.meta.resolve(spec, pathToFileURL(path.join(home, 'package.json')).href)
  const module: { default?: unknown } = await import(url)
  return module.default
}

function checkKind(value: unknown): Kind {
  if (typeof value !== 'object' || value === null)
    throw new Error('its default export is not a kind (defineKind({ … }))')
  const kind = value as Partial<Kind>
  if (typeof kind.name !== 'string' || !/^[a-z][a-z0-9-]{0,30}$/.test(kind.name)) {
    throw new Error('`name` must be lower-case letters, digits and "-"')
  }
  if (typeof kind.title !== 'string') throw new Error('`title` is missing')
  if (typeof kind.config !== 'object' || !('shape' in kind.config))
    throw new Error('`config` must be a z.object({ … })')
  if (!(kind.run instanceof URL)) throw new Error("`run` must be a URL: new URL('./run.js', import.meta.url)")
  return kind as Kind
}
