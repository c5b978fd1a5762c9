// Where the world outside calls a session: the addresses to give to a payment provider, a shop, a form.
import { Command } from 'commander'
import type { Config } from '../config/config.js'
import { isLoopbackHost } from '../node/addresses.js'
import type { Cli } from './cli.js'
import { table } from './table.js'

export function hookCommands(cli: Cli): Command[] {
  return [
    new Command('hooks')
      .description('the public addresses of a session’s hooks; whoever knows one may call it')
      .argument('<ref>', 'TENANT/NAME')
      .action(async (ref: string) => {
        const hooks = await cli.call('sessions.hooks', { ref })
        if (hooks.length === 0) cli.note('Nothing of it can be called from outside.')
        cli.print(hooks, () =>
          hooks.length === 0
            ? ''
            : table(
                ['HOOK', 'URL'],
                hooks.map(({ name, url }) => [name, url]),
              ),
        )
        if (hooks.length === 0) return
        for (const text of whatIsMissing(cli.doors.config().gateway)) cli.note(`! ${text}`)
      }),
  ]
}

/** To this machine, and nobody else's browser. */
export const leadsHere = (publicUrl: string | null): boolean =>
  publicUrl !== null && isLoopbackHost(new URL(publicUrl).hostname)

/** Why nobody could follow them yet. */
export function whatIsMissing({ mode, publicUrl }: Config['gateway']): string[] {
  return [
    ...(mode === 'off' ? ['Nobody answers there: FROTA_GATEWAY is off.'] : []),
    ...(leadsHere(publicUrl)
      ? ['They lead to this machine alone: set FROTA_PUBLIC_URL to what the world calls it.']
      : []),
  ]
}
