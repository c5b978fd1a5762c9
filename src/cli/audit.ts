// Who changed what.
import { styleText } from 'node:util'
import { Command } from 'commander'
import { plain } from '../core/plain-text.js'
import type { AuditView } from '../fleet/audit.js'
import type { Cli } from './cli.js'
import { wholeNumber } from './options.js'
import { table } from './table.js'
import { localTime, zoneLine } from './times.js'

interface AuditOptions {
  since?: string
  limit?: number
}

export function auditCommands(cli: Cli): Command[] {
  return [audit(cli)]
}

function audit(cli: Cli): Command {
  return new Command('audit')
    .description('who changed what, oldest first; without a customer: of all, and what concerns none')
    .argument('[tenant]', 'of this customer only')
    .option('--since <time>', 'only from then on: 10m, 2h, 3d, or a time')
    .option('--limit <count>', 'how many of the last (default 100)', wholeNumber('--limit', { min: 1, max: 10_000 }))
    .action(async (tenant: string | undefined, options: AuditOptions) => {
      const { entries } = await cli.call('audit.list', { tenant, ...options })
      if (entries.length === 0) cli.note('Nothing has been changed.')
      cli.print(entries, () => (entries.length === 0 ? '' : auditTable(entries)))
    })
}

const auditTable = (entries: AuditView[]) =>
  [styleText('dim', zoneLine()), table(['AT', 'BY', 'ACTION', 'SUBJECT', 'DATA'], entries.map(cells))].join('\n')

const cells = ({ at, actor, action, subject, data }: AuditView) => [
  localTime(at),
  ...[actor, action, subject, fieldsOf(data)].map(plain),
]

const fieldsOf = (data: AuditView['data']) =>
  Object.entries(data)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(' ')
