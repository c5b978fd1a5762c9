// The real stderr, whatever became of process.stderr: under PM2 its file holds crashes only.
import { hasCode } from '../node/codes.js'

const { writeSync } = process.getBuiltinModule('node:fs')

/** A closed or full pipe is not the session's trouble: the line is lost, and nobody is there to be told. */
export function writeStderr(text: string): void {
  try {
    writeSync(2, text)
  } catch (error) {
    if (!hasCode(error, 'EPIPE', 'EAGAIN', 'EBADF', 'EIO', 'ENOSPC')) throw error
  }
}
