import { type Field, fieldsOf, fieldsOfSchema } from '../kinds/config.js'
import type { FleetParts } from './parts.js'

export interface KindView {
  name: string
  title: string
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
}

export function kindVerbs(parts: FleetParts) {
  return {
    async list(): Promise<{ kinds: KindView[]; problems: string[] }> {
      return { kinds: parts.kinds.list().map((kind) => view(kind.name)), problems: parts.kinds.problems }
    },
    async show(input: { name: string }): Promise<KindView> {
      return view(input.name)
    },
  }

  function view(name: string): KindView {
    const kind = parts.kinds.need(name)
    const commands = Object.entries(kind.commands ?? {})
    return {
      name: kind.name,
      title: kind.title,
      fields: fieldsOf(kind),
      limits: kind.limits ? fieldsOfSchema(kind.limits) : [],
      secrets: kind.secrets ?? {},
      commands: commands.map(([command, spec]) => ({
        name: command,
        help: spec.help,
        fields: fieldsOfSchema(spec.input),
      })),
      hooks: Object.entries(kind.hooks ?? {}).map(([hook, { help }]) => ({ name: hook, help })),
      needs: typeof kind.needs === 'function' ? null : (kind.needs ?? []),
      services: [...parts.kinds.services.values()]
        .filter(({ from }) => from === kind.name)
        .map(({ name: service, spec }) => ({ name: service, title: spec.title ?? service })),
    }
  }
}
