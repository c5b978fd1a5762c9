// The files of a session's config, as they lie in its own directory. One that is gone or was changed by hand ends the
// session with a clear reason before its kind reads it.
import { type GivenFile, isCheckedFile } from '../core/files.js'
import type { JsonObject } from '../core/json.js'
import { SESSION_EXIT, SessionExit } from '../core/states.js'
import { hasCode } from '../node/codes.js'
import { readRegularFile } from '../node/regular-file.js'

/** @param dir the session's own; paths become absolute */
export function withFiles(config: JsonObject, dir: string): JsonObject {
  const files = Object.entries(config).flatMap(([key, value]) => (isCheckedFile(value) ? [[key, value] as const] : []))
  if (files.length === 0) return config
  const placed = files.map(([key, file]): [string, JsonObject] => {
    const path = `${dir}/${file.path}`
    const problem = problemOf({ ...file, path })
    if (problem === null) return [key, { ...file, path }]
    throw new SessionExit(SESSION_EXIT.badConfig, `${key}: ${file.name} ${problem}: set it again (${key}=PATH)`)
  })
  return { ...config, ...Object.fromEntries(placed) }
}

function problemOf({ path, bytes, sha256 }: GivenFile): string | null {
  try {
    const found = readRegularFile(path, bytes).bytes
    const isTheSame = process.getBuiltinModule('node:crypto').hash('sha256', found) === sha256
    return isTheSame ? null : 'is not the one that was set'
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 'is not in this session’s directory'
    return `cannot be read (${error instanceof Error ? error.message : String(error)})`
  }
}
