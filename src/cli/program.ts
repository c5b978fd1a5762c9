// The `frota` command: a file per noun, one place that prints errors, one table of exit codes.
import { Command, CommanderError, Option } from 'commander'
import { EXIT, UserError } from '../core/errors.js'
import { type Cli, openCli } from './cli.js'
import type { Doors } from './doors.js'
import { fleetCommands } from './fleet.js'
import { sessionCommands } from './sessions.js'
import { tenantCommands } from './tenants.js'

/** Answers the exit code. */
export async function runProgram(argv: string[], doors: Doors): Promise<number> {
  const flags = readFlags(argv)
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true
  const cli = openCli({
    doors,
    json: flags.has('--json'),
    yes: flags.has('--yes') || flags.has('-y'),
    interactive: isTerminal && !flags.has('--no-input'),
  })
  try {
    if (argv.length === 0 && cli.interactive) argv = ['menu']
    const program = buildProgram(cli)
    if (argv.length === 0) {
      program.outputHelp({ error: true })
      return EXIT.usage
    }
    await program.parseAsync(argv, { from: 'user' })
    return cli.exitCode()
  } catch (thrown) {
    return printError(cli, thrown)
  } finally {
    await cli.close()
  }
}

/** `--` ends our flags: what follows belongs to a value. */
function readFlags(argv: string[]): ReadonlySet<string> {
  const end = argv.indexOf('--')
  return new Set(end < 0 ? argv : argv.slice(0, end))
}

function buildProgram(cli: Cli): Command {
  const program = new Command('frota')
    .description('Runs many customers’ bots on one server, one process each, and keeps them running.')
    .version(cli.doors.version, '-V, --version')
    .addHelpText('after', EXIT_CODES)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, outputError: () => undefined })
  for (const command of [...fleetCommands(cli), ...tenantCommands(cli), ...sessionCommands(cli)]) {
    program.addCommand(withCommonOptions(command))
  }
  return program
}

/** Understood everywhere, also behind the verb. */
function withCommonOptions(command: Command): Command {
  command
    .addOption(new Option('--json', 'one JSON document on stdout (JSON Lines where it streams)'))
    .addOption(new Option('--no-input', 'never ask; fail instead'))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, outputError: () => undefined })
  for (const sub of command.commands) withCommonOptions(sub)
  return command
}

const EXIT_CODES = `
Exit codes: 0 ok · 1 failure · 2 usage or invalid value · 3 not found · 4 not allowed · 5 some of several failed
            6 timed out · 8 waits for a person (pairing) · 130 interrupted`

function printError(cli: Cli, thrown: unknown): number {
  if (thrown instanceof CommanderError) return printUsageError(cli, thrown)
  const error = thrown instanceof UserError ? thrown : bugOf(thrown)
  if (cli.json) {
    const { code, message, hint } = error
    process.stderr.write(`${JSON.stringify({ error: { code, message, hint } })}\n`)
  } else {
    process.stderr.write(`frota: ${error.message}${error.hint ? ` (${error.hint})` : ''}\n`)
    if (!(thrown instanceof UserError) && thrown instanceof Error) process.stderr.write(`${thrown.stack}\n`)
  }
  return error.exit
}

function printUsageError(cli: Cli, thrown: CommanderError): number {
  if (thrown.exitCode === 0) return EXIT.ok
  const message = thrown.message.replace(/^error: /, '')
  return printError(cli, new UserError('USAGE', message, hintFor(message), EXIT.usage))
}

/** commander suggests by itself for commands and options; in its own second line. */
function hintFor(message: string): string {
  return message.includes('Did you mean') ? '' : 'frota --help'
}

function bugOf(thrown: unknown): UserError {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new UserError('BUG', `something unexpected happened: ${message}`, 'please report this')
}
