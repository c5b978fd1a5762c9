import { Command } from 'commander'
import { EXIT, UserError, usage } from '../core/errors.js'
import { hostServiceIn } from '../core/ids.js'
import type { Outcome } from '../fleet/wanted.js'
import type { Cli } from './cli.js'
import { readConfigFile } from './config-file.js'
import { filesFor } from './config-files.js'
import { confirm } from './confirm.js'
import { lsTable } from './ls-table.js'
import { readDuration } from './options.js'
import { documentText } from './units.js'
import { type Goal, waitsForPerson, waitUntilUp } from './wait.js'
import { watchRows } from './watch.js'

export function sessionCommands(cli: Cli): Command[] {
  return [ls(cli), add(cli), show(cli), start(cli), stop(cli), restart(cli), rm(cli)]
}

const collect = (value: string, before: string[] = []) => [...before, value]

function ls(cli: Cli): Command {
  return new Command('ls')
    .description('list sessions: state and its reason, memory, CPU, port, age of the last beat')
    .argument('[tenant]')
    .option('--kind <kind>', 'only this kind')
    .option('--state <state>', 'only in this state')
    .option('--host', 'the host services of this home instead: its own processes')
    .option('--watch', 'keep it on the screen, trouble first; JSON Lines with --json')
    .action(async (tenant: string | undefined, options: LsOptions) => {
      const filter = { tenant, kind: options.kind, state: options.state }
      if (options.host && Object.values(filter).some((value) => value !== undefined))
        throw usage('HOST_ALONE', '--host shows all host services: it takes no customer, kind or state.')
      const look = () => (options.host ? cli.call('host.services') : cli.call('sessions.list', filter))
      if (options.watch) return watchRows(cli, look)
      const rows = await look()
      const none = options.host
        ? 'No host services: no kind brings one.'
        : 'No sessions: frota add TENANT/NAME --kind KIND'
      cli.print(rows, () => (rows.length === 0 ? cli.typed(none) : lsTable(rows)))
      if (!(await cli.isLive())) cli.note('The fleet is down: states are from the last heartbeats (frota up).')
    })
}

interface LsOptions {
  kind?: string
  state?: string
  host?: boolean
  watch?: boolean
}

function add(cli: Cli): Command {
  return new Command('add')
    .description('add a session; it does not start yet')
    .argument('<ref>', 'TENANT/NAME')
    .requiredOption('--kind <kind>', 'what it does: see frota kinds')
    .option('--name <name>', 'display name')
    .option('--set <key=value>', 'a config value; may be repeated', collect)
    .option('--config <file>', 'a JSON file with config values (-: standard input)')
    .action(async (ref: string, options: { kind: string; name?: string; set?: string[]; config?: string }) => {
      const { kind, name, set: settings } = options
      const config = options.config === undefined ? undefined : await readConfigFile(options.config)
      const given = await filesFor(cli.call, { kind }, { settings: settings ?? [], config })
      const row = await cli.call('sessions.add', { ref, kind, name, ...given })
      cli.print(row, () => cli.typed(`Added ${row.session}. Start it: frota start ${row.session}`))
    })
}

function show(cli: Cli): Command {
  return new Command('show')
    .description('all that is known of one session')
    .argument('<ref>')
    .action(async (ref: string) => {
      const found = await cli.call('sessions.show', { ref })
      cli.print(found, () => documentText({ ...found }))
    })
}

interface Many {
  all?: boolean
  wait?: boolean
  timeout: string
}

const many = (command: Command) =>
  command
    .argument('[refs...]', 'TENANT/NAME, or TENANT/ for all of a customer')
    .option('--all', 'all sessions')
    .option('--wait', 'until they are there')
    .option('--timeout <time>', 'how long --wait waits', '60s')

function start(cli: Cli): Command {
  return many(new Command('start').description('want them running')).action(async (refs: string[], options: Many) => {
    const timeoutMs = readDuration(options.timeout)
    const outcomes = await cli.callLive('sessions.start', { refs, all: options.all })
    report(cli, options.wait ? await waited(cli, outcomes, timeoutMs) : outcomes, 'Started')
  })
}

function stop(cli: Cli): Command {
  return many(new Command('stop').description('want them stopped')).action(async (refs: string[], options: Many) => {
    const timeoutMs = readDuration(options.timeout)
    const outcomes = await cli.call('sessions.stop', { refs, all: options.all })
    report(cli, options.wait ? await waited(cli, outcomes, timeoutMs, 'stopped') : outcomes, 'Stopped')
  })
}

function restart(cli: Cli): Command {
  return many(new Command('restart').description('stop and start them; _host/NAME is a host service'))
    .option('--rolling', 'one after the other, each ready before the next')
    .action(async (named: string[], options: Many & { rolling?: boolean }) => {
      const timeoutMs = readDuration(options.timeout)
      const refs = await restartServices(cli, named)
      if (refs.length === 0 && named.length > 0) return
      if (options.rolling) return rolling(cli, refs, options.all, timeoutMs)
      const outcomes = await cli.callLive('sessions.restart', { refs, all: options.all })
      report(cli, options.wait ? await waited(cli, outcomes, timeoutMs) : outcomes, 'Restarted')
    })
}

/** They are no sessions, and nothing waits for them. Answers what else was named. */
async function restartServices(cli: Cli, named: string[]): Promise<string[]> {
  const names = named.flatMap((ref) => hostServiceIn(ref) ?? [])
  const outcomes: Outcome[] = []
  for (const name of names) {
    const { session } = await cli.callLive('host.restartService', { name })
    outcomes.push({ session, error: null })
  }
  if (outcomes.length > 0) report(cli, outcomes, 'Restarted')
  return named.filter((ref) => hostServiceIn(ref) === null)
}

/** Stops at the first that does not come back. One that must be paired serves nobody: the others are not kept waiting. */
async function rolling(cli: Cli, refs: string[], all: boolean | undefined, timeoutMs: number) {
  const names = await cli.callLive('sessions.resolve', { refs, all })
  const outcomes: Outcome[] = []
  const waiting: string[] = []
  for (const [i, name] of names.entries()) {
    try {
      outcomes.push(...(await cli.callLive('sessions.restart', { refs: [name] })))
      await waitUntilUp(cli, [name], timeoutMs)
      cli.note(`${name} is back.`)
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown
      if (thrown.exit !== EXIT.waitsForPerson) throw leftAlone(thrown, names.slice(i + 1))
      waiting.push(name)
    }
  }
  if (waiting.length > 0) throw waitsForPerson(waiting)
  report(cli, outcomes, 'Restarted')
}

function leftAlone({ code, message, hint, exit }: UserError, names: string[]): UserError {
  const rest = names.length === 0 ? '' : ` Not restarted: ${names.join(', ')}.`
  return new UserError(code, `${message}${rest}`, hint, exit)
}

function rm(cli: Cli): Command {
  return new Command('rm')
    .description('stop a session, log it out, ship its journal and delete it')
    .argument('<ref>')
    .option('--keep-data', 'leave its login, records and logs for the next session of this name and kind')
    .option('-y, --yes', 'do not ask')
    .action(async (ref: string, { keepData = false }: { keepData?: boolean }) => {
      await cli.call('sessions.show', { ref })
      await confirm(cli, `Remove ${ref}${keepData ? '' : ' with its login'} for good?`)
      const removed = await cli.call('sessions.remove', { ref, keepData })
      for (const warning of removed.warnings) cli.note(`! ${warning}`)
      cli.print(removed, () => `Removed ${removed.session}.`)
    })
}

async function waited(cli: Cli, outcomes: Outcome[], timeoutMs: number, goal?: Goal): Promise<Outcome[]> {
  const told = outcomes.filter(({ error }) => error === null).map(({ session }) => session)
  const settled = await waitUntilUp(cli, told, timeoutMs, goal)
  return outcomes.map((outcome) => settled.find(({ session }) => session === outcome.session) ?? outcome)
}

function report(cli: Cli, outcomes: Outcome[], word: string) {
  const failed = outcomes.filter(({ error }) => error !== null)
  cli.print(outcomes, () =>
    outcomes.length === 0
      ? 'There are no sessions.'
      : outcomes.map(({ session, error }) => (error ? problemOf(session, error) : `${word} ${session}.`)).join('\n'),
  )
  if (failed.length === 0) return
  const names = failed.map(({ session }) => session).join(', ')
  throw new UserError('SOME_FAILED', `${failed.length} of ${outcomes.length} failed: ${names}.`, '', EXIT.partial)
}

function problemOf(session: string, { message, hint }: { message: string; hint: string }): string {
  const words = message.startsWith(session) ? message : `${session}: ${message}`
  return hint === '' ? words : `${words} (${hint})`
}
