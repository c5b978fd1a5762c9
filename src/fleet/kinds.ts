import { type Field, fieldsOf, fieldsOfSchema } from '../kinds/config.js'
import type { Kind } from '../kinds/kind.js'
import type { Kinds } from '../kinds/load.js'
import type { FleetParts } from './parts.js'

export interface KindView {
  name: string
  title: string
  /** False: it has jobs only. */
  hasSessions: boolean
  fields: Field[]
  /** What plans may limit of it; the default is the strictest. */
  limits: Field[]
  secrets: Record<string, 'required' | 'optional'>
  commands: { name: string; help: string; fields: Field[] }[]
  /** What the world outside may call it for. */
  hooks: { name: string; help: string }[]
  /** Host services; null: its config decides. */
  needs: string[] | null
  /** Host services that it brings. */
  services: { name: string; title: string }[]
  jobs: JobView[]
}

export interface JobView {
  name: string
  help: string
  /** Keys of the fields that may stand without their flag. */
  args: string[]
  fields: Field[]
}

export function kindVerbs(parts: FleetParts) {
  return {
    async list(): Promise<{ kinds: KindView[]; problems: string[] }> {
      return { kinds: parts.kinds.list().map((kind) => kindView(kind, parts.kinds)), problems: parts.kinds.problems }
    },
    async show(input: { name: string }): Promise<KindView> {
      return kindView(parts.kinds.need(input.name), parts.kinds)
    },
  }
}

export function kindView(kind: Kind, { services }: Pick<Kinds, 'services'>): KindView {
  return {
    name: kind.name,
    title: kind.title,
    hasSessions: kind.run !== undefined,
    fields: kind.run === undefined ? [] : fieldsOf(kind),
    limits: kind.limits ? fieldsOfSchema(kind.limits) : [],
    secrets: kind.secrets ?? {},
    commands: Object.entries(kind.commands ?? {}).map(([name, { help, input }]) => ({
      name,
      help,
      fields: fieldsOfSchema(input),
    })),
    hooks: Object.entries(kind.hooks ?? {}).map(([name, { help }]) => ({ name, help })),
    needs: typeof kind.needs === 'function' ? null : (kind.needs ?? []),
    services: [...services.values()]
      .filter(({ from }) => from === kind.name)
      .map(({ name, spec }) => ({ name, title: spec.title ?? name })),
    jobs: Object.entries(kind.jobs ?? {}).map(([name, { help, input, args = [] }]) => ({
      name,
      help,
      args,
      fields: fieldsOfSchema(input),
    })),
  }
}
