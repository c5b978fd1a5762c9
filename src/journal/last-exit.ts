// A session's last word, beside its journal: PM2 hands on an exit code and no reason, and the supervisor may have been
// away. Loaded in every session, so it imports nothing.
const { readFileSync, renameSync, writeFileSync } = process.getBuiltinModule('node:fs')
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
  const draft = join(dir, `${FILE}.new`)
  writeFileSync(draft, JSON.stringify(exit), { mode: 0o600 })
  renameSync(draft, join(dir, FILE))
}

/** The word of that run; undefined when it left none (killed, disk full) or the file is of another run. */
export function readLastExit(dir: string, run: string): LastExit | undefined {
  const word = parse(read(join(dir, FILE)))
  return word?.run === run ? word : undefined
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
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
