import { realpathSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { messageOf } from '../core/errors.js'
import { hasCode } from '../node/codes.js'
import { readRegularFile } from '../node/regular-file.js'
import { distrustOf } from '../node/trust.js'
import { SECRET_NAMES } from './names.js'

const OTHERS_MAY_READ = 0o044
const MAX_BYTES = 1024 * 1024

/** The home's `.env`; an absent file is an empty one. Problems are told, not thrown: all are reported together. */
export function readEnvFile(path: string, problems: string[]): Record<string, string | undefined> {
  const read = readWithMode(path, problems)
  if (!read) return {}
  const values = parseEnv(read.text)
  const secrets = SECRET_NAMES.filter((name) => (values[name] ?? '').trim() !== '')
  if (secrets.length > 0 && (read.mode & OTHERS_MAY_READ) !== 0) {
    problems.push(
      `${path} holds ${secrets.join(', ')} but others may read it (mode ${(read.mode & 0o777).toString(8)}): chmod 600 ${path}`,
    )
  }
  if (values.FROTA_HOME !== undefined) {
    problems.push(`FROTA_HOME stands in ${path}: the home cannot name itself; set it in the environment`)
  }
  return values
}

/** Mode and text of the same open file: a swap in between cannot show one and read the other. */
function readWithMode(path: string, problems: string[]): { text: string; mode: number } | undefined {
  try {
    const real = realpathSync(path) // what is judged is what is read: a link may point elsewhere a moment later
    const found = distrustOf(real)
    if (found) {
      problems.push(`${found.message}: ${found.remedy}`)
      return undefined
    }
    const { bytes, mode } = readRegularFile(real, MAX_BYTES)
    return { text: bytes.toString('utf8'), mode }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    problems.push(`${path} cannot be read: ${messageOf(error)}`)
    return undefined
  }
}
