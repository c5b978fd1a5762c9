// Where the operator's channels are kept: one sealed file in the home, replaced whole.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
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
export function sealedChannels(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

export function writeChannels(path: string, box: Box, channels: ChannelSettings): void {
  if (!channels.telegram && !channels.webhook) {
    rmSync(path, { force: true })
    return
  }
  writeFileSync(`${path}.new`, box.seal(JSON.stringify(channels)), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}
