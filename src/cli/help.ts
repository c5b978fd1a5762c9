// `frota help`, `frota help COMMAND…`, `frota help exit-codes`.
import { Command } from 'commander'
import { usage } from '../core/errors.js'
import { didYouMean } from '../core/ids.js'
import { writeOut } from './output.js'

export const EXIT_CODES = `Exit codes: 0 ok · 1 failure · 2 usage or invalid value · 3 not found · 4 not allowed · 5 some of several failed
            6 timed out · 8 waits for a person (pairing) · 130 interrupted`

export const JOBS_TOO = 'Kinds may have jobs of their own: frota KIND JOB, listed by frota kinds.'

export function helpCommand(program: Command): Command {
  return new Command('help')
    .description('help for a command; "frota help exit-codes" lists the exit codes')
    .argument('[words...]')
    .action((words: string[]) => {
      if (words[0] === 'exit-codes') writeOut(`${EXIT_CODES}\n`)
      else find(program, words).outputHelp()
    })
}

function find(program: Command, words: string[]): Command {
  let found = program
  for (const word of words) {
    const next = found.commands.find((command) => command.name() === word)
    const names = [...found.commands.map((command) => command.name()), 'exit-codes']
    if (!next) throw usage('NO_SUCH_COMMAND', `There is no command "${word}".`, didYouMean(word, names) || 'frota help')
    found = next
  }
  return found
}
