import { closeSync, openSync, readSync } from 'node:fs'
import { messageOf, usage } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'

const MAX_BYTES = 1024 * 1024

/** `--config FILE`: a JSON object. A pipe will do: `--config <(…)`. */
export function readConfigFile(file: string): JsonObject {
  const refuse = (why: string) => usage('BAD_CONFIG_FILE', `--config ${file}: ${why}.`, 'a file with a JSON object')
  let value: unknown
  try {
    value = JSON.parse(readText(file))
  } catch (thrown) {
    throw refuse(thrown instanceof SyntaxError ? 'not JSON' : messageOf(thrown))
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw refuse('not a JSON object')
}

function readText(file: string): string {
  const bytes = readAtMost(file, MAX_BYTES + 1)
  if (bytes.length > MAX_BYTES) throw new Error('larger than 1 MB')
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes) // a byte order mark is taken off
}

/** Never more: `/dev/zero` has no end. */
function readAtMost(file: string, limit: number): Buffer {
  const fd = openSync(file, 'r')
  try {
    const bytes = Buffer.alloc(limit)
    let length = 0
    for (let read = -1; read !== 0 && length < limit; ) {
      read = readSync(fd, bytes, length, limit - length, null)
      length += read
    }
    return bytes.subarray(0, length)
  } finally {
    closeSync(fd)
  }
}
