// A core dump holds all memory of a process: the master key, the store's key, every secret it has opened. The supervisor,
// PM2's daemon and the sessions leave none. Node cannot set limits, a shell can; both settings here are inherited by
// whatever such a process starts. Where there is no shell (a container with nothing else in it) the limits stay as they are.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { hasCode } from '../node/codes.js'

const SHELL = '/bin/sh'
/** What of the memory a dump may hold: nothing. A handler that the kernel pipes dumps to is not bound by the limit. */
const FILTER = '/proc/self/coredump_filter'
const SCRIPT = `{ echo 0 >${FILTER}; } 2>/dev/null; ulimit -c 0 && exec "$@"`

/** The same command, to be started without core dumps; the process that is started becomes the command. */
export function withoutCoreDumps(command: string, args: readonly string[]): { command: string; args: string[] } {
  if (!existsSync(SHELL)) return { command, args: [...args] }
  return { command: SHELL, args: ['-c', SCRIPT, 'sh', command, ...args] }
}

/** For this very process. It may begin anew for it, with the same pid: nothing must be open yet. */
export function giveUpCoreDumps(): void {
  if (mayDump()) {
    const { command, args } = withoutCoreDumps(process.execPath, [...process.execArgv, ...process.argv.slice(1)])
    if (command === SHELL) process.execve?.(SHELL, [SHELL, ...args])
  }
  keepMemoryOut()
}

const mayDump = () => !/^Max core file size +0 +0 /m.test(readFileSync('/proc/self/limits', 'utf8'))

function keepMemoryOut(): void {
  try {
    writeFileSync(FILTER, '0')
  } catch (error) {
    // A kernel without dumps has no such file, a container may have it read-only; the limit is what counts.
    if (!hasCode(error, 'ENOENT', 'EACCES', 'EPERM', 'EROFS')) throw error
  }
}
