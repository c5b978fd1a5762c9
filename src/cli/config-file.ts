import { messageOf, usage } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'
import { readRegularFile } from '../node/regular-file.js'
import { readStandardInput } from './standard-input.js'

const MAX_BYTES = 1024 * 1024

/** `--config FILE`: a JSON object; `-` is standard input. Another pipe is refused: to open one may wait for ever. */
export async function readConfigFile(file: string): Promise<JsonObject> {
  const refuse = (why: string) =>
    usage('BAD_CONFIG_FILE', `--config ${file}: ${why}.`, 'a file with a JSON object, or - for standard input')
  let value: unknown
  try {
    const bytes = file === '-' ? await readStandardInput(MAX_BYTES) : readRegularFile(file, MAX_BYTES).bytes
    if (bytes === null) throw new Error('it is larger than 1 MB')
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) // a byte order mark is taken off
  } catch (thrown) {
    throw refuse(thrown instanceof SyntaxError ? 'not JSON' : messageOf(thrown))
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw refuse('not a JSON object')
}
