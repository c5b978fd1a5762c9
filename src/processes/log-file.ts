// Files that others append to: their ends, and keeping them small.
import { closeSync, fstatSync, openSync, readSync, statSync, truncateSync } from 'node:fs'

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
 * Empties a file that others append to, once it is too large. In place: a renamed file would still be written to, and
 * O_APPEND goes on at the new end without leaving a hole. Answers whether it was.
 */
export function truncateAbove(path: string, maxBytes: number): boolean {
  const isLarge = (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > maxBytes
  if (isLarge) truncateSync(path)
  return isLarge
}

const exists = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined
