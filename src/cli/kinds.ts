import { Command } from 'commander'
import { hasStar } from '../core/secret-names.js'
import type { KindView } from '../fleet/kinds.js'
import type { Cli } from './cli.js'
import { table, textTable } from './table.js'

export function kindCommands(cli: Cli): Command[] {
  const kinds = new Command('kinds')
    .description('what a session can be; with a name: its config keys, secrets, commands and jobs')
    .argument('[name]')
    .action(async (name: string | undefined) => {
      if (name !== undefined) {
        const kind = await cli.call('kinds.show', { name })
        return cli.print(kind, () => cli.typed(kindText(kind)))
      }
      const found = await cli.call('kinds.list')
      for (const problem of found.problems) cli.note(`! ${problem}`)
      cli.print(found.kinds, () =>
        table(
          ['KIND', 'TITLE', 'SECRETS', 'COMMANDS', 'JOBS'],
          found.kinds.map((kind) => [
            kind.name,
            kind.title,
            Object.keys(kind.secrets).join(' ') || '–',
            kind.commands.map((command) => command.name).join(' ') || '–',
            kind.jobs.map((job) => job.name).join(' ') || '–',
          ]),
        ),
      )
    })
  return [kinds]
}

function kindText(kind: KindView): string {
  const parts = [`${kind.name}   ${kind.title}`]
  if (kind.hasSessions) parts.push(`\nConfig (--set key=value, frota config set)\n${fieldTable(kind.fields)}`)
  else parts.push('\nIt has no sessions: it does jobs only.')
  if (kind.limits.length > 0) {
    parts.push(`\nLimits (frota plan set PLAN ${kind.name}.KEY=value)`)
    parts.push(limitTable(kind.limits))
  }
  const secrets = Object.entries(kind.secrets).map(
    ([name, need]) => `  ${name}  ${need}${hasStar(name) ? ', as many as you like' : ''}`,
  )
  if (secrets.length > 0) parts.push(`\nSecrets (frota secret set)\n${secrets.join('\n')}`)
  for (const command of kind.commands) {
    parts.push(`\nfrota do TENANT/NAME ${command.name}   ${command.help}`)
    if (command.fields.length > 0) parts.push(fieldTable(command.fields))
  }
  const hooks = kind.hooks.map(({ name, help }) => `  ${name}  ${help}`)
  if (hooks.length > 0) parts.push(`\nHooks (called from outside)\n${hooks.join('\n')}`)
  if (kind.needs === null) parts.push('\nNeeds host services, by its config')
  else if (kind.needs.length > 0) parts.push(`\nNeeds the host services ${kind.needs.join(', ')}`)
  const services = kind.services.map(({ name, title }) => `  ${name}  ${title}`)
  if (services.length > 0) parts.push(`\nBrings the host services (frota ls --host)\n${services.join('\n')}`)
  for (const job of kind.jobs) parts.push(`\nfrota ${kind.name} ${job.name} --help   ${job.help}`)
  return parts.join('\n')
}

function fieldTable(fields: KindView['fields']): string {
  const rows = fields.map((field) => [
    `  ${field.key}`,
    field.choices.length > 0 ? field.choices.join('|') : field.type,
    field.required ? 'required' : shown(field.default),
    field.help,
  ])
  return textTable(['  KEY', 'VALUE', 'DEFAULT', ''], rows)
}

const limitTable = (limits: KindView['limits']) =>
  textTable(
    ['  KEY', 'DEFAULT', ''],
    limits.map((limit) => [`  ${limit.key}`, shown(limit.default), limit.help]),
  )

const shown = (value: unknown) =>
  value === undefined || value === '' ? '–' : typeof value === 'string' ? value : JSON.stringify(value)
