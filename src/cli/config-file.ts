import { readFileSync } from 'node:fs'
import { messageOf, usage } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'

/** `--config FILE`: a JSON object. */
export function readConfigFile(file: string): JsonObject {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  } catch (thrown) {
    throw usage('BAD_CONFIG_FILE', `--config ${file}: ${messageOf(thrown)}.`)
  }
  throw usage('BAD_CONFIG_FILE', `--config ${file}: not a JSON object.`)
}
