// Where the operator's channels are kept: one sealed file in the home, replaced whole.
import { rmSync } from 'node:fs'
import { readIfThere, replaceFile } from '../node/files.js'
import { type ChannelSettings, parseChannels } from './channels.js'

export interface Box {
  seal(plain: string): string
  open(sealed: string): string
}

/** Part of what it is sealed with: every reader must use the same. */
export const CHANNELS_PURPOSE = 'operator channels'

export function readChannels(path: string, box: Box): ChannelSettings {
  const sealed = sealedChannels(path)
  return sealed === '' ? {} : parseChannels(box.open(sealed))
}

/** Empty when there are none; tells a change without opening it. */
export const sealedChannels = (path: string): string => readIfThere(path) ?? ''

export function writeChannels(path: string, box: Box, channels: ChannelSettings): void {
  if (!channels.telegram && !channels.webhook) {
    rmSync(path, { force: true })
    return
  }
  replaceFile(path, box.seal(JSON.stringify(channels)))
}
