// Where the master key comes from, and how its file is made. The key itself never appears in a message.
import { randomBytes, randomUUID } from 'node:crypto'
import { linkSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { messageOf, UserError } from '../core/errors.js'
import { decodeKey, KEY_BYTES, KEY_TEXT_RULE } from '../core/key-text.js'
import type { Secret } from '../core/secret.js'
import { hasCode } from '../node/codes.js'
import { readRegularFile } from '../node/regular-file.js'
import { distrustOf } from '../node/trust.js'

/** As in the config: a file, the key itself, or (null) the home's own file. */
export type KeySource = { readonly file: string } | { readonly value: Secret } | null

const OTHERS_MAY_USE = 0o077
const MAX_BYTES = 64 * 1024
/** Container platforms mount secrets here, readable inside the container by their design. */
const MOUNTED_SECRETS = '/run/secrets/'

/** Undefined when the file does not exist. */
export function readMasterKey(source: KeySource, homeKeyFile: string): Uint8Array | undefined {
  if (source !== null && 'value' in source) return decoded(source.value.reveal(), 'FROTA_MASTER_KEY')
  const path = source?.file ?? homeKeyFile
  const text = readKeyFile(path)
  return text === undefined ? undefined : decoded(text, path)
}

/** Makes a new key, readable for its user only. Never overwrites: a lost key is lost data. */
export function newKeyFile(path: string): void {
  const aside = `${path}.${randomUUID()}`
  try {
    writeFileSync(aside, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flag: 'wx', flush: true })
    linkSync(aside, path) // whole or not at all, and the first one stays
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) {
      throw new UserError(
        'KEY_NOT_MADE',
        `The key ${path} cannot be made: ${messageOf(error)}.`,
        'its directory must be there',
      )
    }
    throw new UserError(
      'KEY_EXISTS',
      `${path} exists already.`,
      'it is not replaced: it may be the only key to your data',
    )
  } finally {
    rmSync(aside, { force: true })
  }
}

function readKeyFile(path: string): string | undefined {
  try {
    const real = realpathSync(path)
    const found = distrustOf(real)
    if (found) throw new UserError('KEY_EXPOSED', `The master key cannot be trusted: ${found.message}.`, found.remedy)
    const { bytes, mode } = readRegularFile(real, MAX_BYTES)
    if ((mode & OTHERS_MAY_USE) !== 0 && !real.startsWith(MOUNTED_SECRETS)) {
      throw new UserError('KEY_EXPOSED', `Others may read the master key ${path}.`, `chmod 600 ${path}`)
    }
    return bytes.toString('utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error instanceof UserError ? error : unreadable(path, error)
  }
}

const unreadable = (path: string, error: unknown) =>
  new UserError(
    'KEY_UNREADABLE',
    `The master key ${path} cannot be read: ${messageOf(error)}.`,
    'it must be a file of yours, mode 600',
  )

function decoded(text: string, from: string): Uint8Array {
  const key = decodeKey(text)
  if (key === undefined) throw new UserError('BAD_KEY', `${from} does not hold a key.`, KEY_TEXT_RULE)
  return key
}
