// Files of a session's config: written before the config that names them, removed when nothing refers to them any more.
import { hash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { usage } from '../core/errors.js'
import { FILES_DIR, filesIn, isStoredFile, pathOfFile, type StoredFile, type Uploads } from '../core/files.js'
import type { JsonObject } from '../core/json.js'
import { badConfig, fieldsOf } from '../kinds/config.js'
import type { Kind } from '../kinds/kind.js'
import { replaceFile } from '../node/files.js'

export interface ReadFiles {
  /** For the config. */
  values: Record<string, StoredFile>
  /** @param dir the session's own */
  write(dir: string): void
}

/** @throws BAD_CONFIG for what is no file of this kind's config. How large one may be its schema says. */
export function readUploads(kind: Kind, uploads: Uploads = {}): ReadFiles {
  const keys = fileKeysOf(kind)
  const read = Object.entries(uploads).map(([key, { name, base64 }]) => {
    if (!keys.includes(key)) throw badConfig(kind, [`${key}: is not a file`])
    const content = Buffer.from(base64, 'base64')
    const value = { name: path.basename(name), sha256: hash('sha256', content), bytes: content.length }
    if (!isStoredFile(value)) throw badConfig(kind, [`${key}: the file's name is empty or too long`])
    return { key, content, value }
  })
  return {
    values: Object.fromEntries(read.map(({ key, value }) => [key, value])),
    write(dir) {
      if (read.length === 0) return
      mkdirSync(path.join(dir, FILES_DIR), { recursive: true, mode: 0o700 })
      for (const { content, value } of read)
        replaceFile(path.join(dir, pathOfFile(value.sha256)), content, { flush: true })
    },
  }
}

/** A config may name a file again that it has, or had; another one must come with its bytes. */
export function throwIfFilesAreGone(dir: string, before: JsonObject, after: JsonObject, { values }: ReadFiles): void {
  for (const [key, file] of filesIn(after)) {
    if (key in values || JSON.stringify(before[key]) === JSON.stringify(file)) continue
    if (existsSync(path.join(dir, pathOfFile(file.sha256)))) continue
    throw usage('BAD_CONFIG', `${key}: this session has no such file.`, `${key}=PATH`)
  }
}

/** Another verb's file is there before the config that names it. */
const YOUNG_MS = 60_000

/** Leaves those that one of these configs names, and new ones. */
export function sweepFiles(dir: string, configs: readonly JsonObject[], now: Date): void {
  const folder = path.join(dir, FILES_DIR)
  if (!existsSync(folder)) return
  const named = new Set(configs.flatMap(filesIn).map(([, { sha256 }]) => sha256))
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name)
    const seen = statSync(file, { throwIfNoEntry: false })
    if (!seen || named.has(name) || now.getTime() - seen.mtimeMs < YOUNG_MS) continue
    rmSync(file, { force: true })
  }
}

const fileKeysOf = (kind: Kind) => fieldsOf(kind).flatMap(({ key, type }) => (type === 'file' ? key : []))
