// `frota notify set`: a token comes from standard input or a hidden prompt, never from argv.
import { Command } from 'commander'
import { usage } from '../core/errors.js'
import { didYouMean, OPERATOR } from '../core/ids.js'
import { TOPICS } from '../core/notices.js'
import { plain } from '../core/plain-text.js'
import type { Cli } from './cli.js'
import { readSecret } from './secret-input.js'

interface SetOptions {
  chat?: string
  apiRoot?: string
  url?: string
  secret?: boolean
  name?: string
  topics?: string
  allowPrivate?: boolean
}

export function setChannel(cli: Cli): Command {
  return new Command('set')
    .description('set a channel: telegram --chat ID (bot token from stdin), or webhook --url URL')
    .argument('<who>', 'operator, or a TENANT, which is told as its plan allows')
    .argument('<channel>', 'telegram or webhook')
    .option('--chat <id>', 'telegram: the chat that gets the messages')
    .option('--api-root <url>', 'telegram: another Bot API server')
    .option('--url <url>', 'webhook: gets a POST with JSON')
    .option('--secret', 'webhook: sign each POST with a secret, read from stdin or a hidden prompt')
    .option('--name <name>', 'of a customer, who may have several of one kind')
    .option('--topics <list>', `of a customer, with commas between: ${TOPICS.join(', ')}; all unless said`)
    .option('--allow-private', 'of a customer: the address may lie in a private network')
    .action(async (who: string, channel: string, options: SetOptions) => {
      if (who === OPERATOR) await setOperators(cli, channel, options)
      else await setCustomers(cli, who, channel, options)
    })
}

async function setOperators(cli: Cli, channel: string, options: SetOptions) {
  const { name, topics, allowPrivate } = options
  throwIfForeign('operator', { name, topics, 'allow-private': allowPrivate })
  const channels = await cli.call('notify.set', await inputOf(cli, OPERATOR, channel, options))
  cli.print(channels, () => cli.typed(`Alerts go to ${channel}. Try it: frota notify test`))
}

async function setCustomers(cli: Cli, tenant: string, channel: string, options: SetOptions) {
  await cli.call('channels.list', { tenant }) // a mistyped name is told before anybody types a secret
  const { name, topics, allowPrivate } = options
  const view = await cli.call('channels.set', {
    tenant,
    ...(await inputOf(cli, tenant, channel, options)),
    ...(name !== undefined && { name }),
    ...(topics !== undefined && { topics: topics.split(',').map((topic) => topic.trim()) }),
    ...(allowPrivate && { allowPrivate }),
  })
  const paused = view.paused === null ? '' : ` For now nothing is sent: ${plain(view.paused)}.`
  const { tenant: who, ...row } = view // in the words of `notify ls`
  cli.print({ who, ...row }, () =>
    cli.typed(`${tenant} is told by ${channel} (${view.name}).${paused} Try it: frota notify test ${tenant}`),
  )
}

async function inputOf(cli: Cli, who: string, channel: string, { chat, apiRoot, url, secret }: SetOptions) {
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
      throw usage('URL_MISSING', 'webhook needs --url URL.', `frota notify set ${who} webhook --url https://…`)
    const key = secret ? await readSecret(cli, 'webhook secret') : null
    // An empty one would mean alerts without the signature that was asked for.
    if (key === '') throw usage('EMPTY_SECRET', 'The webhook secret is empty.', 'it is read from standard input')
    return { channel, settings: { url }, secret: key } as const
  }
  const hint = didYouMean(channel, ['telegram', 'webhook']) || 'telegram or webhook'
  throw usage('BAD_CHANNEL', `"${channel}" is not a channel.`, hint)
}

function throwIfForeign(whose: string, options: Record<string, unknown>) {
  const foreign = Object.keys(options).filter((name) => options[name] !== undefined)
  if (foreign.length === 0) return
  const names = foreign.map((name) => `--${name}`).join(', ')
  throw usage('BAD_OPTION', `${whose} takes no ${names}.`, 'frota notify set --help')
}
