// How this program is called by whoever called it: hints name commands that can be typed as they stand.

import { realpathSync } from 'node:fs'
import { isAbsolute, join, relative } from 'node:path'
import { codeOf } from '../node/codes.js'

export interface Caller {
  /** The shell's PATH. */
  path: string | undefined
  /** Null: it was removed under the shell. */
  cwd: string | null
  checkout: string
}

/** `frota` when the PATH leads to this very checkout, else `node` and the launcher's path: an alias is not seen here. */
export function programName({ path = '', cwd, checkout }: Caller): string {
  const launcher = join(checkout, 'bin/frota')
  const first = path.split(':').flatMap((dir) => (isAbsolute(dir) ? (realPath(join(dir, 'frota')) ?? []) : []))[0]
  if (first !== undefined && first === realPath(launcher)) return 'frota'
  const near = cwd === null ? launcher : relative(cwd, launcher)
  return `node ${quoted(near.startsWith('..') ? launcher : near)}`
}

/** Null: there is nothing, or nothing that may be looked at. */
function realPath(path: string): string | null {
  try {
    return realpathSync(path)
  } catch (thrown) {
    if (codeOf(thrown) !== undefined) return null
    throw thrown
  }
}

const quoted = (path: string) => (/^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`)
