// The operator's alert channels. A token comes from standard input or a hidden prompt, never from argv.
import { Command } from 'commander'
import { EXIT, UserError, usage } from '../core/errors.js'
import { didYouMean } from '../core/ids.js'
import { plain } from '../core/plain-text.js'
import type { Cli } from './cli.js'
import { confirm } from './confirm.js'
import { readSecret } from './secret-input.js'
import { table } from './table.js'

export function notifyCommands(cli: Cli): Command[] {
  const group = new Command('notify').description('where alerts go')
  group.addCommand(set(cli))
  group.addCommand(ls(cli))
  group.addCommand(test(cli))
  group.addCommand(rm(cli))
  return [group]
}

interface SetOptions {
  chat?: string
  apiRoot?: string
  url?: string
  secret?: boolean
}

function set(cli: Cli): Command {
  return new Command('set')
    .description('set a channel: telegram --chat ID (bot token from stdin), or webhook --url URL')
    .argument('<who>', 'operator')
    .argument('<channel>', 'telegram or webhook')
    .option('--chat <id>', 'telegram: the chat that gets the alerts')
    .option('--api-root <url>', 'telegram: another Bot API server')
    .option('--url <url>', 'webhook: gets a POST with JSON')
    .option('--secret', 'webhook: sign each POST with a secret, read from stdin or a hidden prompt')
    .action(async (who: string, channel: string, options: SetOptions) => {
      needOperator(who)
      const channels = await cli.call('notify.set', await inputOf(cli, channel, options))
      cli.print(channels, () => cli.typed(`Alerts go to ${channel}. Try it: frota notify test`))
    })
}

async function inputOf(cli: Cli, channel: string, { chat, apiRoot, url, secret }: SetOptions) {
  if (channel === 'telegram') {
    throwIfForeign(channel, { url, secret })
    if (chat === undefined)
      throw usage('CHAT_MISSING', 'telegram needs --chat ID.', 'the bot tells it: /start, then getUpdates')
    const token = await readSecret(cli, 'bot token')
    if (token === '') throw usage('EMPTY_SECRET', 'The bot token is empty.', 'it is read from standard input')
    return { channel, settings: { chatId: chat, apiRoot }, secret: token } as const
  }
  if (channel === 'webhook') {
    throwIfForeign(channel, { chat, 'api-root': apiRoot })
    if (url === undefined)
      throw usage('URL_MISSING', 'webhook needs --url URL.', 'frota notify set operator webhook --url https://…')
    const key = secret ? await readSecret(cli, 'webhook secret') : null
    // An empty one would mean alerts without the signature that was asked for.
    if (key === '') throw usage('EMPTY_SECRET', 'The webhook secret is empty.', 'it is read from standard input')
    return { channel, settings: { url }, secret: key } as const
  }
  const hint = didYouMean(channel, ['telegram', 'webhook']) || 'telegram or webhook'
  throw usage('BAD_CHANNEL', `"${channel}" is not a channel.`, hint)
}

function throwIfForeign(channel: string, options: Record<string, unknown>) {
  const foreign = Object.keys(options).filter((name) => options[name] !== undefined)
  if (foreign.length === 0) return
  const names = foreign.map((name) => `--${name}`).join(', ')
  throw usage('BAD_OPTION', `${channel} takes no ${names}.`, 'frota notify set --help')
}

function ls(cli: Cli): Command {
  return new Command('ls').description('where alerts go now').action(async () => {
    const channels = await cli.call('notify.list')
    cli.print(channels, () =>
      channels.length === 0
        ? cli.typed('Alerts go to the log only: frota notify set operator telegram|webhook …')
        : table(
            ['WHO', 'CHANNEL', 'TO'],
            channels.map(({ channel, target }) => ['operator', channel, plain(target)]),
          ),
    )
  })
}

function test(cli: Cli): Command {
  return new Command('test').description('send a test through every channel').action(async () => {
    if (!(await cli.isLive())) {
      throw new UserError('FLEET_DOWN', 'The supervisor sends the alerts, and it is down.', 'frota up')
    }
    const results = await cli.call('host.testAlerts')
    cli.print(results, () =>
      results.map(({ channel, error }) => `${channel}: ${error === null ? 'sent' : plain(error)}`).join('\n'),
    )
    if (results.length === 0) {
      throw new UserError(
        'NO_CHANNEL',
        'Nothing was sent: no channel is set.',
        'frota notify set operator telegram|webhook …',
      )
    }
    const failed = results.filter(({ error }) => error !== null)
    if (failed.length === 0) return
    const names = failed.map(({ channel }) => channel).join(', ')
    throw new UserError(
      'NOT_DELIVERED',
      `${failed.length} of ${results.length} failed: ${names}.`,
      'frota notify set … with the right values',
      failed.length === results.length ? EXIT.failure : EXIT.partial,
    )
  })
}

function rm(cli: Cli): Command {
  return new Command('rm')
    .description('delete a channel')
    .argument('<who>', 'operator')
    .argument('<channel>', 'telegram or webhook')
    .option('-y, --yes', 'do not ask')
    .action(async (who: string, channel: string) => {
      needOperator(who)
      await confirm(cli, `Send no more alerts through ${channel}?`)
      await cli.call('notify.remove', { channel })
      cli.print({ removed: channel }, () => `Deleted ${channel}.`)
    })
}

function needOperator(who: string) {
  if (who === 'operator') return
  throw usage('BAD_RECIPIENT', `"${who}" gets no alerts.`, didYouMean(who, ['operator']) || 'operator is the only one')
}
