// `frota check REF`: whether a session has what it needs. With the fleet down the command looks by itself: nothing is
// started for it.
import { styleText } from 'node:util'
import { Command } from 'commander'
import { EXIT } from '../core/errors.js'
import { type Finding, isFine } from '../core/findings.js'
import type { Cli } from './cli.js'

export function checkCommands(cli: Cli): Command[] {
  const check = new Command('check')
    .description(
      'whether a session has what it needs: config, secrets, plan, network, keys; exit 1 when something is wrong',
    )
    .argument('<ref>', 'TENANT/NAME')
    .action(async (ref: string) => {
      const answer = await cli.call('sessions.check', { ref })
      const ok = isFine(answer.findings)
      cli.print({ ...answer, ok }, () => cli.typed(answer.findings.map(findingLine).join('\n')))
      if (!ok) cli.exitWith(EXIT.failure)
    })
  return [check]
}

const COLOUR = { ok: 'green', warning: 'yellow', error: 'red' } as const

function findingLine({ level, what, text, hint }: Finding): string {
  const head = `${styleText(COLOUR[level], level.padEnd(7))}  ${what.padEnd(10)} ${text}`
  return hint === undefined ? head : `${head} ${styleText('dim', `→ ${hint}`)}`
}
