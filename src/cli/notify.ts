// Where alerts and messages go: the operator's channels, and each customer's own.
import { Command } from 'commander'
import { EXIT, UserError } from '../core/errors.js'
import { OPERATOR } from '../core/ids.js'
import { plain } from '../core/plain-text.js'
import type { CustomerChannelView } from '../fleet/channels.js'
import type { Cli } from './cli.js'
import { confirm } from './confirm.js'
import { setChannel } from './notify-set.js'
import { ago, table } from './table.js'

export function notifyCommands(cli: Cli): Command[] {
  const group = new Command('notify').description('where alerts go, and what customers are told')
  group.addCommand(setChannel(cli))
  group.addCommand(ls(cli))
  group.addCommand(test(cli))
  group.addCommand(rm(cli))
  return [group]
}

/** One line of `notify ls`; a contract. */
interface ChannelRow extends Omit<CustomerChannelView, 'tenant'> {
  /** `operator`, or a customer. */
  who: string
}

function ls(cli: Cli): Command {
  return new Command('ls')
    .description('where alerts and messages go now, and how each channel does')
    .argument('[who]', 'operator, or a TENANT; all unless said')
    .action(async (who?: string) => {
      const rows = [...(await operators(cli, who)), ...(await customers(cli, who))]
      cli.print(rows, () => {
        if (rows.length > 0) return drawn(rows)
        return who === undefined || who === OPERATOR
          ? cli.typed('Alerts go to the log only: frota notify set operator telegram|webhook …')
          : cli.typed(`${who} is told nothing: frota notify set ${who} telegram|webhook …`)
      })
    })
}

/** Alerts that did not get through are in the log: of the operator's channels nothing else is remembered. */
async function operators(cli: Cli, who = OPERATOR): Promise<ChannelRow[]> {
  if (who !== OPERATOR) return []
  const nothing = { topics: [], lastSentAt: null, lastError: null, waiting: 0, paused: null }
  return (await cli.call('notify.list')).map((row) => ({ who, name: row.channel, ...row, ...nothing }))
}

async function customers(cli: Cli, who?: string): Promise<ChannelRow[]> {
  if (who === OPERATOR) return []
  const views = await cli.call('channels.list', who === undefined ? {} : { tenant: who })
  return views.map(({ tenant, ...row }) => ({ who: tenant, ...row }))
}

function drawn(rows: ChannelRow[]): string {
  return table(
    ['WHO', 'NAME', 'CHANNEL', 'TO', 'TOPICS', 'LAST SENT', ''],
    rows.map((row) => [
      row.who,
      plain(row.name),
      plain(row.channel),
      plain(row.target),
      plain(row.topics.join(',')) || 'all',
      row.lastSentAt === null ? '–' : `${ago(row.lastSentAt, Date.now())} ago`,
      plain(
        [
          row.paused !== null && `nothing is sent: ${row.paused}`,
          row.lastError,
          row.waiting > 0 && `${row.waiting} waiting`,
        ]
          .filter((word) => typeof word === 'string')
          .join('; '),
      ),
    ]),
  )
}

function test(cli: Cli): Command {
  return new Command('test')
    .description('send a test through every channel of the operator, or of a customer')
    .argument('[who]', 'operator unless said, or a TENANT')
    .argument('[name]', 'one channel of the customer’s')
    .action(async (who: string = OPERATOR, name?: string) => {
      if (!(await cli.isLive())) {
        throw new UserError('FLEET_DOWN', 'The supervisor sends the alerts, and it is down.', 'frota up')
      }
      const results =
        who === OPERATOR
          ? await cli.call('host.testAlerts')
          : await cli.call('channels.test', { tenant: who, ...(name !== undefined && { name }) })
      cli.print(results, () =>
        results.map(({ channel, error }) => `${channel}: ${error === null ? 'sent' : plain(error)}`).join('\n'),
      )
      const hint = `frota notify set ${who} telegram|webhook …`
      if (results.length === 0) throw new UserError('NO_CHANNEL', 'Nothing was sent: no channel is set.', hint)
      throwIfFailed(results, who)
    })
}

function throwIfFailed(results: { channel: string; error: string | null }[], who: string) {
  const failed = results.filter(({ error }) => error !== null)
  if (failed.length === 0) return
  const names = failed.map(({ channel }) => channel).join(', ')
  throw new UserError(
    'NOT_DELIVERED',
    `${failed.length} of ${results.length} failed: ${names}.`,
    `frota notify set ${who} … with the right values`,
    failed.length === results.length ? EXIT.failure : EXIT.partial,
  )
}

function rm(cli: Cli): Command {
  return new Command('rm')
    .description('delete a channel')
    .argument('<who>', 'operator, or a TENANT')
    .argument('<channel>', 'telegram or webhook of the operator; of a customer the channel’s name')
    .option('-y, --yes', 'do not ask')
    .action(async (who: string, channel: string) => {
      if (who !== OPERATOR) await cli.call('channels.list', { tenant: who }) // a mistyped name is told before anybody answers
      await confirm(cli, `Send nothing more through ${channel}${who === OPERATOR ? '' : ` of ${who}`}?`)
      if (who === OPERATOR) await cli.call('notify.remove', { channel })
      else await cli.call('channels.remove', { tenant: who, name: channel })
      cli.print({ who, removed: channel }, () => `Deleted ${channel}.`)
    })
}
