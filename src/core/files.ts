// A file in a session's config. The config holds what it is; its bytes lie in the session's own directory, named by their
// hash, so that a change of config and a change of file are one change.
import { isJsonObject, type JsonObject } from './json.js'

/** As it stands in the store. */
export type StoredFile = {
  /** As it was called where it came from. */
  name: string
  sha256: string
  bytes: number
}

/** As a kind's code is given it. */
export interface GivenFile {
  name: string
  bytes: number
  /** Absolute in a session, its check and a job; elsewhere from the session's directory. */
  path: string
  /** Of a config's. */
  sha256?: string
}

/** On its way through a door: by the key of the config that it is for. */
export type Uploads = Record<string, { name: string; base64: string }>

/** In the session's own directory. */
export const FILES_DIR = 'config-files'
/** One config's: it travels in one request. */
export const MOST_FILE_BYTES = 8 * 1024 * 1024
const MAX_NAME_CHARS = 255

export const pathOfFile = (sha256: string) => `${FILES_DIR}/${sha256}`

export function isStoredFile(value: unknown): value is StoredFile {
  if (!isJsonObject(value) || Object.keys(value).length !== 3) return false
  const { name, sha256, bytes } = value
  return typeof name === 'string' && name !== '' && name.length <= MAX_NAME_CHARS && isHash(sha256) && isSize(bytes)
}

/** In a checked config: what its schema made of a stored one. */
export function isCheckedFile(value: unknown): value is StoredFile & { path: string } {
  if (!isJsonObject(value)) return false
  const { path, ...stored } = value
  return isStoredFile(stored) && path === pathOfFile(stored.sha256)
}

export const filesIn = (config: JsonObject): [key: string, file: StoredFile][] =>
  Object.entries(config).filter((entry): entry is [string, StoredFile] => isStoredFile(entry[1]))

const isHash = (value: unknown) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
const isSize = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0
