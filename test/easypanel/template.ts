// The template of easypanel/template/, called as the panel would, and what `easypanel/*.json` must therefore be.
import { readFileSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SECRET_NAMES } from '../../src/config/names.js'
import { type PanelTemplate, panelTemplate, type TemplateMeta, templateMeta } from './panel.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
export const TEMPLATE = join(ROOT, 'easypanel/template')
export const UTILS = new URL('./templates-utils.ts', import.meta.url)

/** By the name of the file in easypanel/: what was chosen in the template's form. */
const PASTED = { 'schema.json': { store: 'sqlite' }, 'schema.supabase.json': { store: 'supabase' } } as const

export function readMeta(): TemplateMeta {
  const { load }: { load(text: string): unknown } = createRequire(import.meta.url)('js-yaml')
  return templateMeta.parse(load(readFileSync(join(TEMPLATE, 'meta.yaml'), 'utf8')))
}

/** The form's answers: its defaults, and what was filled in. */
export function answers(meta: TemplateMeta, given: Readonly<Record<string, string>> = {}): Record<string, string> {
  const defaults = Object.entries(meta.schema.properties).flatMap(([name, { default: value }]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  return { ...Object.fromEntries(defaults), ...given }
}

/** Throws when the panel would not take what the template answers. */
export async function generate(input: Readonly<Record<string, string>>): Promise<PanelTemplate> {
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === '~templates-utils' ? { url: UTILS.href, shortCircuit: true } : next(specifier, context),
  })
  try {
    const template: { generate(input: unknown): unknown } = await import(join(TEMPLATE, 'index.ts'))
    return panelTemplate.parse(template.generate(input))
  } finally {
    hooks.deregister()
  }
}

/** The variables of the one service, in the panel's own form: a line each. */
export function environmentOf({ services: [service] }: PanelTemplate): Record<string, string> {
  if (service?.type !== 'app') throw new Error('The template has no app service.')
  const lines = service.data.env.split('\n').filter((line) => line !== '')
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
}

/**
 * The files to paste under "Create from Schema", by name. All who paste one paste the same: what is secret is left empty
 * in it, for a person to fill in.
 */
export async function pastedSchemas(): Promise<{ file: string; text: string }[]> {
  const meta = readMeta()
  return Promise.all(
    Object.entries(PASTED).map(async ([file, given]) => {
      const schema = await generate(answers(meta, given))
      for (const { type, data } of schema.services) if (type === 'app') data.env = withoutSecrets(data.env)
      return { file: join(ROOT, 'easypanel', file), text: `${JSON.stringify(schema, null, 2)}\n` }
    }),
  )
}

const withoutSecrets = (env: string): string =>
  env.replace(new RegExp(`^(${SECRET_NAMES.join('|')})=.*$`, 'gm'), (_, name: string) => `${name}=`)
