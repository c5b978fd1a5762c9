import { Command } from 'commander'
import { usage } from '../core/errors.js'
import type { Cli } from './cli.js'
import { confirm } from './confirm.js'
import { readSecret } from './secret-input.js'
import { ago, table } from './table.js'

export function secretCommands(cli: Cli): Command[] {
  const group = new Command('secret').description(
    'secrets of a session, of all sessions of a customer, or the operator’s for host services; never shown',
  )
  group.addCommand(set(cli))
  group.addCommand(ls(cli))
  group.addCommand(rm(cli))
  return [group]
}

function set(cli: Cli): Command {
  return new Command('set')
    .description('set a secret; the value comes from standard input or a hidden prompt')
    .argument('<scope>', 'TENANT/NAME, TENANT for all its sessions, or operator for host services')
    .argument('<name>', 'e.g. OPENAI_API_KEY')
    .allowExcessArguments()
    .action(async (scope: string, name: string, _options: unknown, command: Command) => {
      if (command.args.length > 2 || name.includes('=')) throw valueInArguments(scope, name)
      await cli.call('secrets.list', { scope }) // a mistyped name is told before anybody types a secret
      const value = await readSecret(cli, name)
      const saved = await cli.call('secrets.set', { scope, name, value })
      cli.print(saved, () => `Set ${saved.name} for ${saved.scope}${saved.last4 ? ` (ends in ${saved.last4})` : ''}.`)
    })
}

/** Whatever follows is not repeated: it is a secret. */
function valueInArguments(scope: string, name: string) {
  const message = 'A secret is never given on the command line: it would stay in the shell’s history.'
  return usage('VALUE_IN_ARGUMENTS', message, `frota secret set ${scope} ${name.split('=')[0]} < file`)
}

function ls(cli: Cli): Command {
  return new Command('ls')
    .description('names, last characters and fingerprints; of a session also those it inherits from its customer')
    .argument('<scope>', 'TENANT/NAME, TENANT or operator')
    .action(async (scope: string) => {
      const secrets = await cli.call('secrets.list', { scope })
      cli.print(secrets, () =>
        secrets.length === 0
          ? cli.typed(`No secrets: frota secret set ${scope} NAME`)
          : table(
              ['NAME', 'FROM', 'ENDS IN', 'FINGERPRINT', 'SET', ''],
              secrets.map((s) => [
                s.name,
                s.scope,
                s.last4 || '–',
                s.fingerprint,
                `${ago(s.updatedAt, Date.now())} ago`,
                s.used ? '' : `not used: ${scope} has its own`,
              ]),
            ),
      )
    })
}

function rm(cli: Cli): Command {
  return new Command('rm')
    .description('delete a secret')
    .argument('<scope>', 'TENANT/NAME, TENANT or operator')
    .argument('<name>')
    .option('-y, --yes', 'do not ask')
    .action(async (scope: string, name: string) => {
      await cli.call('secrets.list', { scope })
      await confirm(cli, `Delete ${name} of ${scope}?`)
      await cli.call('secrets.remove', { scope, name })
      cli.print({ scope, name, removed: true }, () => `Deleted ${name} of ${scope}.`)
    })
}
