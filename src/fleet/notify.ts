// The operator's own alert channels. Sealed like every secret; shown by name and target only.
import path from 'node:path'
import { notFound, usage } from '../core/errors.js'
import { CHANNELS_PURPOSE, readChannels, sealedChannels, writeChannels } from '../notify/channel-file.js'
import { type ChannelSettings, describeChannels, notifiersFor } from '../notify/channels.js'
import type { FleetParts } from './parts.js'

export interface ChannelView {
  channel: string
  target: string
}

export type ChannelInput =
  | { channel: 'telegram'; settings: { chatId: string; apiRoot?: string | undefined }; secret: string }
  | { channel: 'webhook'; settings: { url: string }; secret: string | null }

export function notifyVerbs(parts: FleetParts) {
  const file = path.join(parts.settings.dirs.data, 'channels.sealed')
  return { set, list, remove }

  async function set(input: ChannelInput): Promise<ChannelView[]> {
    const given = settingsOf(input)
    notifiersFor(given, parts.now) // BAD_CHANNEL before anything is written
    const box = await openBox()
    writeChannels(file, box, { ...readChannels(file, box), ...given })
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
    writeChannels(file, box, rest)
  }

  async function openBox() {
    return (await parts.vault()).box(CHANNELS_PURPOSE)
  }
}

function settingsOf(input: ChannelInput): ChannelSettings {
  switch (input.channel) {
    case 'telegram': {
      const { chatId, apiRoot } = input.settings
      return { telegram: { botToken: input.secret, chatId, ...(apiRoot !== undefined && { apiRoot }) } }
    }
    case 'webhook':
      return { webhook: { url: input.settings.url, secret: input.secret || null } }
    default:
      throw usage('BAD_CHANNEL', 'A channel is telegram or webhook.')
  }
}
