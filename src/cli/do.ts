// A session's own commands, and a session in the foreground.
import { Command } from 'commander'
import type { Json } from '../core/json.js'
import type { Cli } from './cli.js'
import { documentText } from './units.js'

export function doCommands(cli: Cli): Command[] {
  return [command(cli), run(cli)]
}

function command(cli: Cli): Command {
  return new Command('do')
    .description('run a command of the session’s kind: see frota kinds KIND')
    .argument('<ref>', 'TENANT/NAME')
    .argument('<command>')
    .argument('[settings...]', 'key=value')
    .action(async (ref: string, name: string, settings: string[]) => {
      const answer = await cli.call('sessions.command', { ref, command: name, settings })
      cli.print(answer, () => answerText(answer))
    })
}

function answerText(answer: Json): string {
  if (answer === null) return 'Done.'
  return Array.isArray(answer) && answer.length === 0 ? 'None.' : documentText(answer)
}

function run(cli: Cli): Command {
  return new Command('run')
    .description('one session in the foreground, without PM2; the fleet must be down')
    .argument('<ref>', 'TENANT/NAME')
    .action(async (ref: string) => {
      cli.ownSignals()
      cli.exitWith(await cli.doors.run(ref))
    })
}
