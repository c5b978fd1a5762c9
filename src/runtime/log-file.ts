// One session's log file: appended to, rotated at 5 MB × 3 by the session itself. Through PM2 a flood of lines would
// pass its daemon; and a write that fails (disk full) must not take the session down.
import { hasCode } from '../node/codes.js'

const { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } = process.getBuiltinModule('node:fs')
const { dirname } = process.getBuiltinModule('node:path')

const MAX_BYTES = 5 * 1024 * 1024
const KEEP = 3

export interface LogFile {
  /** False when the line could not be written. */
  append(line: string): boolean
  close(): void
}

export function openLogFile(path: string, maxBytes: number = MAX_BYTES): LogFile {
  let fd: number | undefined
  let size = 0

  const open = () => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    fd = openSync(path, 'a', 0o600)
    size = fstatSync(fd).size
    return fd
  }
  const close = () => {
    if (fd !== undefined) closeSync(fd)
    fd = undefined
  }
  return {
    append(line) {
      const bytes = Buffer.from(line)
      try {
        if (fd !== undefined && size > 0 && size + bytes.length > maxBytes) {
          close()
          rotate(path)
        }
        size += writeSync(fd ?? open(), bytes)
        return true
      } catch {
        // Told by the count of dropped lines: there is nowhere else to tell it.
        return false
      }
    },
    close,
  }
}

function rotate(path: string): void {
  for (let i = KEEP - 1; i > 0; i--) {
    const from = i === 1 ? path : `${path}.${i - 1}`
    try {
      renameSync(from, `${path}.${i}`)
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error
    }
  }
}
