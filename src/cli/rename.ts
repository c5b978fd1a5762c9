// `frota rename REF|TENANT NAME`, and the same as `tenant rename` and with `--name`.
import { Command } from 'commander'
import { usage } from '../core/errors.js'
import { plain } from '../core/plain-text.js'
import type { Cli } from './cli.js'

export function renameCommands(cli: Cli): Command[] {
  return [
    new Command('rename')
      .description('change the display name of a session or a customer; the short names stay')
      .argument('<who>', 'TENANT/NAME, or TENANT')
      .argument('[name]', 'the new display name')
      .option('--name <name>', 'the same')
      .action((who: string, name: string | undefined, options: { name?: string }) =>
        rename(cli, who, oneOf(who, name, options.name)),
      ),
  ]
}

export async function rename(cli: Cli, who: string, name: string): Promise<void> {
  const renamed = who.includes('/')
    ? await cli.call('sessions.rename', { ref: who, name })
    : await cli.call('tenants.rename', { slug: who, name })
  cli.print(renamed, () => `${renamed.renamed} is called ${plain(renamed.name)} now; it was ${plain(renamed.from)}.`)
}

function oneOf(who: string, name: string | undefined, option: string | undefined): string {
  if (name !== undefined && option !== undefined)
    throw usage('NAMED_TWICE', 'Either NAME or --name, not both.', `frota rename ${who} NAME`)
  const given = name ?? option
  if (given === undefined) throw usage('NAME_MISSING', 'The new name is missing.', `frota rename ${who} "Acme Ltda"`)
  return given
}
