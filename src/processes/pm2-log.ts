// PM2's own log: the only place where it says which signal ended a process, and a file that grows without bound.
import { closeSync, fstatSync, openSync, readSync, statSync, truncateSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'

export const pm2LogPath = (pm2Home: string) => join(pm2Home, 'pm2.log')

const TAIL_BYTES = 128 * 1024

/** The last part of a file; empty when there is none. */
export function tailOf(path: string, bytes = TAIL_BYTES): string {
  if (!exists(path)) return ''
  const fd = openSync(path, 'r')
  try {
    const { size } = fstatSync(fd)
    const length = Math.min(size, bytes)
    const buffer = Buffer.alloc(length)
    const count = readSync(fd, buffer, 0, length, size - length)
    return buffer.toString('utf8', 0, count)
  } finally {
    closeSync(fd)
  }
}

/**
 * How a process ended for which PM2 recorded code 0, which it also does for every signal: 128 + signal as in a shell
 * (137 for SIGKILL), 0 for a real 0, null when the log does not say.
 */
export function exitCodeFromLog(log: string, name: string, pmId: number): number | null {
  const marker = `App [${name}:${pmId}] exited with code [`
  const at = log.lastIndexOf(marker)
  if (at < 0) return null
  const [, code, signal] = log.slice(at + marker.length).match(/^(\d+)\] via signal \[(\w+)\]/) ?? []
  if (code === undefined || signal === undefined) return null
  // PM2 writes SIGINT where there was no signal.
  if (code !== '0' || signal === 'SIGINT') return Number(code)
  return 128 + (constants.signals[signal as NodeJS.Signals] ?? 0)
}

/**
 * Empties a file that others append to, once it is too large. In place: a renamed file would still be written to, and
 * O_APPEND goes on at the new end without leaving a hole.
 */
export function truncateAbove(path: string, maxBytes: number): void {
  if (exists(path) && statSync(path).size > maxBytes) truncateSync(path)
}

const exists = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined
