// The operator's channels as they are kept: JSON, to be sealed by the vault before it is written anywhere.
import { usage } from '../core/errors.js'
import { Secret } from '../core/secret.js'
import type { Notifier } from './notifier.js'
import { telegramNotifier } from './telegram.js'
import { webhookNotifier } from './webhook.js'

export interface ChannelSettings {
  telegram?: { botToken: string; chatId: string; apiRoot?: string }
  webhook?: { url: string; secret: string | null }
}

/** What may be shown of them: no token, no secret, of an address only its host. */
export function describeChannels({ telegram, webhook }: ChannelSettings): { channel: string; target: string }[] {
  return [
    ...(telegram ? [{ channel: 'telegram', target: `chat ${telegram.chatId}` }] : []),
    ...(webhook ? [{ channel: 'webhook', target: new URL(webhook.url).host }] : []),
  ]
}

/**
 * Also the check of what somebody typed: BAD_CHANNEL names what cannot be right.
 * @param publicOnly what a customer chose: nothing in the operator's own networks is asked for it
 */
export function notifiersFor(
  { telegram, webhook }: ChannelSettings,
  now: () => Date,
  { publicOnly = false } = {},
): Notifier[] {
  const secret = webhook?.secret ? new Secret(webhook.secret) : null
  return [
    ...(telegram ? [telegramNotifier({ ...telegram, botToken: new Secret(telegram.botToken), publicOnly })] : []),
    ...(webhook ? [webhookNotifier({ url: webhook.url, secret, now, publicOnly })] : []),
  ]
}

/** As a customer's are kept: sealed with its data key, for this purpose. */
export interface CustomerChannel extends ChannelSettings {
  /** The operator allows an address in a private network. */
  allowPrivate?: boolean
}

export const channelPurpose = (name: string) => `channel ${name}`

export function customerNotifier({ allowPrivate = false, ...settings }: CustomerChannel, now: () => Date): Notifier {
  const [notifier] = notifiersFor(settings, now, { publicOnly: !allowPrivate })
  if (notifier) return notifier
  throw usage('BAD_CHANNEL', 'The channel has no settings.', 'set it again: frota notify set …')
}

export function parseChannels(json: string): ChannelSettings {
  const value: unknown = JSON.parse(json)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw usage('BAD_CHANNEL', 'The kept alert channels cannot be read.', 'set them again: frota notify set operator …')
}
