// `frota menu`, and `frota` alone on a terminal.
import { Command } from 'commander'
import { EXIT, UserError } from '../core/errors.js'
import type { Cli } from './cli.js'

export function menuCommands(cli: Cli): Command[] {
  const menu = new Command('menu').description('the interactive menu; brings the fleet up').action(async () => {
    if (!cli.interactive) throw new UserError('NO_TERMINAL', 'The menu needs a terminal.', 'frota --help', EXIT.usage)
    if (cli.doors.config().terminal.isDumb) {
      throw new UserError(
        'NO_TERMINAL',
        'The menu needs a terminal that can place its cursor; TERM says it is dumb.',
        'frota --help',
        EXIT.usage,
      )
    }
    const { wantsDemo } = await cli.doors.menu()
    if (wantsDemo) await (await import('./demo/demo.js')).demo(cli)
  })
  return [menu]
}
