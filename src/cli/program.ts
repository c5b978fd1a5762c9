// The `frota` command: a file per noun, one place that prints errors, one table of exit codes.
import { Command, type CommanderError, Option } from 'commander'
import { EXIT, messageOf, UserError } from '../core/errors.js'
import { plain } from '../core/plain-text.js'
import { type Cli, openCli } from './cli.js'
import type { Doors } from './doors.js'
import { examplesText } from './examples.js'
import { EXIT_CODES, helpCommand, JOBS_TOO } from './help.js'
import { endOnSignals } from './interrupt.js'
import { loadCommands } from './nouns.js'
import { writeErr, writeErrJson, writeOut } from './output.js'

/** Answers the exit code. */
export async function runProgram(argv: string[], doors: Doors): Promise<number> {
  const interrupts = endOnSignals()
  const flags = readFlags(argv)
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true
  const cli = openCli({
    doors,
    json: flags.has('--json'),
    yes: flags.has('--yes') || flags.has('-y'),
    interactive: isTerminal && !flags.has('--no-input') && !wantsNoInput(doors),
    interrupts,
  })
  try {
    if (argv.length === 0 && cli.interactive) argv = ['menu']
    const program = await buildProgram(cli, argv)
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

/** FROTA_NO_INPUT. A broken configuration is told by the command that needs it, and help needs none. */
function wantsNoInput(doors: Doors): boolean {
  try {
    return doors.config().noInput
  } catch (thrown) {
    if (thrown instanceof UserError) return true
    throw thrown
  }
}

export async function buildProgram(cli: Cli, argv: string[]): Promise<Command> {
  const program = new Command('frota')
    .description('Runs many customers’ bots on one server, one process each, and keeps them running.')
    .version(cli.doors.version, '-V, --version')
    .helpCommand(false)
    .addHelpText('after', `\n${JOBS_TOO}\n\n${EXIT_CODES}`)
  for (const command of [...(await loadCommands(cli, argv)), helpCommand(program)]) {
    program.addCommand(command, { hidden: command.name().startsWith('__') })
  }
  return withCommonOptions(program, cli)
}

/** Understood everywhere, before the verb and behind it. */
function withCommonOptions(command: Command, cli: Cli): Command {
  command
    .addHelpText('after', () => examplesText(wordsOf(command)))
    .addOption(new Option('--json', 'one JSON document on stdout (JSON Lines where it streams)'))
    .addOption(new Option('--no-input', 'never ask; fail instead'))
    .exitOverride((thrown) => {
      throw new Misused(command, thrown)
    })
    .configureOutput({
      writeOut: (text) => writeOut(cli.typed(text)),
      writeErr: (text) => cli.json || writeErr(cli.typed(text)),
      outputError: () => undefined, // printError has the last word, in one line
    })
  for (const sub of command.commands) withCommonOptions(sub.helpCommand(false), cli)
  return command
}

/** Wrong words behind a command: its own help says the right ones. */
class Misused extends Error {
  readonly command: Command
  readonly thrown: CommanderError
  constructor(command: Command, thrown: CommanderError) {
    super(thrown.message)
    this.command = command
    this.thrown = thrown
  }
}

function printError(cli: Cli, thrown: unknown): number {
  if (thrown instanceof Misused) return printUsageError(cli, thrown)
  const error = thrown instanceof UserError ? thrown : bugOf(thrown)
  const { code, message } = error
  const hint = cli.typed(error.hint)
  if (cli.json) {
    writeErrJson(`${JSON.stringify({ error: { code, message, hint } })}\n`)
  } else {
    writeErr(`frota: ${oneLine(message)}${hint ? ` (${oneLine(hint)})` : ''}\n`)
    if (code === 'BUG' && !(thrown instanceof UserError) && thrown instanceof Error) writeErr(`${thrown.stack}\n`)
  }
  return error.exit
}

function printUsageError(cli: Cli, { command, thrown }: Misused): number {
  if (thrown.exitCode === 0) return EXIT.ok
  // A noun without its verb: its help is on stderr already.
  if (thrown.code === 'commander.help' && !cli.json) return EXIT.usage
  const text = thrown.code === 'commander.help' ? 'a verb is missing' : thrown.message.replace(/^error: /, '')
  // commander suggests the nearest name by itself, in a second line.
  const [message = '', suggestion] = text.split('\n')
  const hint = suggestion?.replace(/^\((.*)\)$/, '$1') ?? `${pathOf(command)} --help`
  return printError(cli, new UserError('USAGE', message, hint, EXIT.usage))
}

/** Without the program's own name. */
const wordsOf = (command: Command): string => pathOf(command).split(' ').slice(1).join(' ')

const pathOf = (command: Command): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()

function bugOf(thrown: unknown): UserError {
  // By name: the class lies behind the store, which a call through the socket never loads.
  if (thrown instanceof Error && thrown.name === 'StoreUnavailable') {
    return new UserError('STORE_UNAVAILABLE', thrown.message, 'sessions go on working; try again when it answers')
  }
  return new UserError('BUG', `something unexpected happened: ${messageOf(thrown)}`, 'please report this')
}

const oneLine = (text: string) => plain(text.replace(/\s*\n\s*/g, '; '))
