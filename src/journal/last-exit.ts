// A session's last word, beside its journal: PM2 hands on an exit code and no reason, and the supervisor may have been
// away.
import { readIfThere, replaceFile } from '../node/files.js'

const { join } = process.getBuiltinModule('node:path')

const FILE = 'last-exit.json'

export interface LastExit {
  run: string
  code: number
  reason: string
  /** ISO 8601. */
  at: string
}

/** @param dir the session's data directory */
export function writeLastExit(dir: string, exit: LastExit): void {
  replaceFile(join(dir, FILE), JSON.stringify(exit))
}

/** The word of that run; undefined when it left none (killed, disk full) or the file is of another run. */
export function readLastExit(dir: string, run: string): LastExit | undefined {
  const word = parse(readIfThere(join(dir, FILE)) ?? '')
  return word?.run === run ? word : undefined
}

// The file comes from a process that may have been anything: only the right shape is a word.
function parse(text: string): LastExit | undefined {
  try {
    const value: Partial<LastExit> | null = JSON.parse(text)
    if (typeof value?.run !== 'string' || typeof value.code !== 'number') return undefined
    return { run: value.run, code: value.code, reason: String(value.reason), at: String(value.at) }
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
