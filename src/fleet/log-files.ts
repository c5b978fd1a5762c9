// Reads the sessions' log files from their ends: a tail costs what it shows, not what the file holds.
import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import path from 'node:path'

export interface LogLine {
  session: string
  /** As written: JSON by the runtime, plain text when a crash spoke. */
  line: string
}

export interface LogQuery {
  tail: number
  since: Date | null
  grep: string | null
  cursor: string | null
}

/** Where each file was left: `name:inode:offset` by line. */
type Cursor = Record<string, { inode: number; offset: number }>

const CHUNK = 64 * 1024
const MAX_READ = 16 * 1024 * 1024

export function readLogs(
  dir: string,
  units: { session: string; name: string }[],
  query: LogQuery,
): { lines: LogLine[]; cursor: string } {
  const before: Cursor | null = query.cursor === null ? null : JSON.parse(query.cursor)
  const after: Cursor = {}
  const lines: (LogLine & { at: string })[] = []
  for (const { session, name } of units) {
    for (const file of [`${name}.jsonl`, `${name}.crash.log`]) {
      const read = before ? readOn(path.join(dir, file), before[file]) : readEnd(path.join(dir, file), query)
      if (!read) continue
      after[file] = read.cursor
      const since = query.since?.toISOString() ?? ''
      const wanted = dated(read).filter(
        ({ line, at }) => (query.grep === null || line.includes(query.grep)) && at >= since,
      )
      lines.push(...wanted.map(({ line, at }) => ({ session, line, at })))
    }
  }
  const sorted = lines
    .map((line, index) => ({ ...line, index }))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.index - b.index))
  const shown = before ? sorted : sorted.slice(Math.max(0, sorted.length - query.tail))
  return { lines: shown.map(({ session, line }) => ({ session, line })), cursor: JSON.stringify(after) }
}

interface Read {
  lines: string[]
  /** When the file was last written. */
  changedAt: string
  cursor: { inode: number; offset: number }
}

/** Backwards until there are enough lines; a filter reads on, up to a bound. */
function readEnd(file: string, query: LogQuery): Read | null {
  return withFile(file, (fd, { size, ino, mtime }) => {
    const enough = query.grep === null && query.since === null ? query.tail : Number.POSITIVE_INFINITY
    const chunks: Buffer[] = []
    let start = size
    let newlines = 0
    while (start > 0 && newlines <= enough && size - start < MAX_READ) {
      const length = Math.min(CHUNK, start)
      const chunk = Buffer.alloc(length)
      readSync(fd, chunk, 0, length, start - length)
      start -= length
      newlines += chunk.reduce((count, byte) => count + (byte === 10 ? 1 : 0), 0)
      chunks.unshift(chunk)
    }
    const { lines, used } = completeLines(Buffer.concat(chunks))
    const changedAt = mtime.toISOString()
    return { lines: start > 0 ? lines.slice(1) : lines, changedAt, cursor: { inode: ino, offset: start + used } }
  })
}

/** Forward from where it was left; from the start when the file was rotated away under it. */
function readOn(file: string, from: { inode: number; offset: number } | undefined): Read | null {
  return withFile(file, (fd, { size, ino, mtime }) => {
    const start = from && from.inode === ino && from.offset <= size ? from.offset : 0
    const chunk = Buffer.alloc(Math.min(size - start, MAX_READ))
    readSync(fd, chunk, 0, chunk.length, start)
    const { lines, used } = completeLines(chunk)
    return { lines, changedAt: mtime.toISOString(), cursor: { inode: ino, offset: start + used } }
  })
}

function withFile(file: string, read: (fd: number, stat: Stats) => Read): Read | null {
  let fd: number
  try {
    fd = openSync(file, 'r')
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null
    throw thrown
  }
  try {
    return read(fd, fstatSync(fd))
  } finally {
    closeSync(fd)
  }
}

/** A line still being written is left for the next look. */
function completeLines(bytes: Buffer): { lines: string[]; used: number } {
  const used = bytes.lastIndexOf(10) + 1
  const text = bytes.subarray(0, used).toString()
  return {
    lines: text
      .split('\n')
      .slice(0, -1)
      .filter((line) => line !== ''),
    used,
  }
}

/** Our lines and the heads of crashes bear their time. A stack is as old as its head; what others say, as the file. */
function dated({ lines, changedAt }: Read): { line: string; at: string }[] {
  let at = lines.map(timeOf).find((time) => time !== undefined) ?? changedAt
  let wasStack = false
  return lines.map((line) => {
    const isStack = /^[\s}\]]/.test(line)
    const time = timeOf(line)
    if (time !== undefined) at = time
    else if (wasStack && !isStack) at = changedAt
    wasStack = time === undefined && isStack
    return { line, at }
  })
}

const timeOf = (line: string) => /^(?:\{"at":")?(\d{4}-\d\d-\d\dT[\d:.]+Z)/.exec(line)?.[1]
