// The home as a whole: up, down, serve, status, clean.
import { Command, Option } from 'commander'
import { EXIT, messageOf, UserError } from '../core/errors.js'
import type { Cli } from './cli.js'
import { bytes } from './table.js'
import { localTime, zoneName } from './times.js'

export function fleetCommands(cli: Cli): Command[] {
  return [up(cli), down(cli), serve(cli), status(cli), clean(cli)]
}

/** For the third keeper, which has no eyes to read why a supervisor does not boot. */
const UNATTENDED = new Option('--unattended', 'a supervisor that cannot boot goes on trying').hideHelp()

function up(cli: Cli): Command {
  return new Command('up')
    .description('bring the fleet up: PM2, the supervisor, all wanted sessions')
    .addOption(UNATTENDED)
    .action(async (options: { unattended?: boolean }) => {
      const { already } = await cli.doors.up(options)
      const warnings = options.unattended ? [] : await warningsOf(cli)
      cli.print({ up: true, already, warnings }, () => (already ? 'The fleet is up already.' : 'The fleet is up.'))
      for (const warning of warnings) cli.note(`! ${warning}`)
    })
}

/** The fleet is up all the same: that its store cannot be asked now is one more thing to know about. */
const warningsOf = (cli: Cli): Promise<string[]> =>
  cli.call('host.status').then(
    ({ warnings }) => warnings,
    (thrown) => [messageOf(thrown)],
  )

function down(cli: Cli): Command {
  return new Command('down')
    .description('stop all sessions, the supervisor and PM2; what is wanted is kept')
    .action(async () => {
      const { stopped, left } = await cli.doors.down()
      if (left.length > 0)
        throw new UserError('NOT_STOPPED', `Still running: ${left.join(', ')}.`, 'frota logs', EXIT.partial)
      cli.print(
        { down: true, stopped },
        () => `The fleet is down; ${stopped} ${stopped === 1 ? 'session was' : 'sessions were'} stopped.`,
      )
    })
}

function serve(cli: Cli): Command {
  return new Command('serve')
    .description('be the supervisor in the foreground (containers, systemd, your own PM2)')
    .option('--wait', 'while another supervisor has the home, wait until it leaves')
    .action(async ({ wait = false }: { wait?: boolean }) => {
      cli.ownSignals()
      cli.exitWith(await cli.doors.serve({ wait }))
    })
}

function status(cli: Cli): Command {
  return new Command('status').description('how the home, its host and its store stand').action(async () => {
    const found = await cli.call('host.status')
    cli.print(found, () => {
      const { host, supervisor, pm2, sessions, services, store } = found
      const states = Object.entries(sessions.byState).map(([state, count]) => `${count} ${state}`)
      return [
        `frota ${found.version}   home ${found.home}`,
        supervisor
          ? `fleet up   supervisor pid ${supervisor.pid}, ${bytes(supervisor.rssBytes)}   PM2 ${pm2 ? `pid ${pm2.pid}, ${bytes(pm2.rssBytes)}` : 'gone'}`
          : cli.typed('fleet down (states are from the last heartbeats): frota up'),
        `store ${store.driver}${store.outage ? `   NO ANSWER since ${localTime(store.outage.since)} (${zoneName()}): ${store.outage.reason}` : ''}`,
        `host ${host.name}   memory ${bytes(host.memoryFreeBytes)} free of ${bytes(host.memoryTotalBytes)}   disk ${bytes(host.diskFreeBytes)} free   CPU ${host.cpuPercent ?? '–'} %`,
        `sessions ${sessions.total}${states.length > 0 ? `: ${states.join(', ')}` : ''}`,
        ...(services.length > 0
          ? [`host services ${services.map(({ name, state }) => `${name} ${state}`).join(', ')}`]
          : []),
        ...found.warnings.map((warning) => `! ${warning}`),
      ].join('\n')
    })
  })
}

function clean(cli: Cli): Command {
  return new Command('clean')
    .description('delete logins and logs of sessions that no longer exist')
    .option('--dry-run', 'only say what would be deleted')
    .option('-y, --yes', 'do not ask')
    .action(async ({ dryRun = false }: { dryRun?: boolean }) => {
      const found = await cli.call('host.clean', { dryRun: true })
      if (!dryRun && found.deleted.length > 0) {
        const { confirm } = await import('./confirm.js')
        await confirm(cli, `Delete ${found.deleted.length} files and folders?\n${found.deleted.join('\n')}`)
        await cli.call('host.clean', { dryRun: false })
      }
      for (const { path, why } of found.kept) cli.note(`! ${path} is kept: ${why}.`)
      const word = dryRun ? 'Would delete' : 'Deleted'
      cli.print({ ...found, dryRun }, () =>
        found.deleted.length === 0 ? 'Nothing to clean.' : found.deleted.map((path) => `${word} ${path}`).join('\n'),
      )
    })
}
