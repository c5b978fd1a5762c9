// The operator's own alert channels. Sealed like every secret; shown by name and target only.
import path from 'node:path'
import { notFound, usage } from '../core/errors.js'
import { CHANNELS_PURPOSE, readChannels, sealedChannels, writeChannels } from '../notify/channel-file.js'
import { type ChannelSettings, describeChannels, notifiersFor } from '../notify/channels.js'
import { type Acting, entryOf } from './parts.js'

export interface ChannelView {
  channel: string
  target: string
}

export interface ChannelInput {
  /** `telegram` needs `chatId` and its bot's token as the secret, `webhook` needs `url`. */
  channel: string
  settings: { chatId?: string | undefined; apiRoot?: string | undefined; url?: string | undefined }
  secret: string | null
}

export function notifyVerbs(parts: Acting) {
  const file = path.join(parts.settings.dirs.data, 'channels.sealed')
  return { set, list, remove }

  async function set(input: ChannelInput): Promise<ChannelView[]> {
    const given = settingsOf(input)
    notifiersFor(given, parts.now) // BAD_CHANNEL before anything is written
    const box = await openBox()
    const next = { ...readChannels(file, box), ...given }
    await tell('notify.set', input.channel)
    writeChannels(file, box, next)
    return list()
  }

  async function list(): Promise<ChannelView[]> {
    if (sealedChannels(file) === '') return [] // looking makes no key
    return describeChannels(readChannels(file, await openBox()))
  }

  async function remove(input: { channel: string }): Promise<void> {
    const box = await openBox()
    const { [input.channel as keyof ChannelSettings]: gone, ...rest } = readChannels(file, box)
    if (!gone) throw notFound('CHANNEL_UNKNOWN', `No channel "${input.channel}" is set.`, 'frota notify ls')
    await tell('notify.remove', input.channel)
    writeChannels(file, box, rest)
  }

  /** Before the file is written: a change that was not told is worse than a told one that failed. */
  async function tell(action: string, channel: string) {
    await parts.store.audit(entryOf(parts, action, channel, {}))
  }

  async function openBox() {
    return (await parts.vault()).box(CHANNELS_PURPOSE)
  }
}

/** @throws BAD_CHANNEL for what is missing */
export function settingsOf({ channel, settings, secret }: ChannelInput): ChannelSettings {
  const { chatId, apiRoot, url } = settings
  switch (channel) {
    case 'telegram':
      if (chatId === undefined || !secret) throw usage('BAD_CHANNEL', 'telegram needs a chatId and the bot’s token.')
      return { telegram: { botToken: secret, chatId, ...(apiRoot !== undefined && { apiRoot }) } }
    case 'webhook':
      if (url === undefined) throw usage('BAD_CHANNEL', 'webhook needs a url.')
      return { webhook: { url, secret: secret || null } }
    default:
      throw usage('BAD_CHANNEL', 'A channel is telegram or webhook.')
  }
}
