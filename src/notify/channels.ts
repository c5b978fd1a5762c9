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

/** Also the check of what an operator typed: BAD_CHANNEL names what cannot be right. */
export function notifiersFor({ telegram, webhook }: ChannelSettings, now: () => Date): Notifier[] {
  return [
    ...(telegram ? [telegramNotifier({ ...telegram, botToken: new Secret(telegram.botToken) })] : []),
    ...(webhook
      ? [webhookNotifier({ url: webhook.url, secret: webhook.secret ? new Secret(webhook.secret) : null, now })]
      : []),
  ]
}

export function parseChannels(json: string): ChannelSettings {
  const value: unknown = JSON.parse(json)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw usage('BAD_CHANNEL', 'The kept alert channels cannot be read.', 'set them again: frota notify set operator …')
}
