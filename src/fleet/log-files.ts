// Reads the sessions' log files from their ends: a tail costs what it shows, not what the file holds. One file is open at
// a time, however many sessions there are, and the supervisor goes on breathing between two.
import { closeSync, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import path from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'

import { hasCode } from '../node/codes.js'

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
/** Of a file that is searched, and of all files that are followed: what is left comes with the next look. */
const MAX_READ = 16 * 1024 * 1024

export async function readLogs(
  dir: string,
  units: { session: string; name: string }[],
  query: LogQuery,
): Promise<{ lines: LogLine[]; cursor: string }> {
  const before: Cursor | null = query.cursor === null ? null : JSON.parse(query.cursor)
  const after: Cursor = {}
  const since = query.since?.toISOString() ?? ''
  const isWanted = ({ line, at }: Dated) => at >= since && (query.grep === null || line.includes(query.grep))
  const lines: (LogLine & Dated)[] = []
  let left = MAX_READ
  for (const { session, name } of units) {
    for (const file of [`${name}.jsonl`, `${name}.crash.log`]) {
      const place = path.join(dir, file)
      const read = before ? readOn(place, before[file], left) : readEnd(place, query)
      if (!read) continue
      after[file] = read.cursor
      if (read.bytes === 0) continue
      if (before) left -= read.bytes
      const wanted = dated(read).filter(isWanted)
      // No more of one file than of all together is ever shown.
      lines.push(...(before ? wanted : lastOf(wanted, query.tail)).map((line) => ({ session, ...line })))
      await nextTurn()
    }
  }
  const sorted = lines
    .map((line, index) => ({ ...line, index }))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.index - b.index))
  const shown = before ? sorted : lastOf(sorted, query.tail)
  return { lines: shown.map(({ session, line }) => ({ session, line })), cursor: JSON.stringify(after) }
}

const lastOf = <T>(list: T[], count: number) => list.slice(Math.max(0, list.length - count))

interface Dated {
  line: string
  at: string
}

interface Read {
  lines: string[]
  bytes: number
  /** When the file was last written. */
  changedAt: string
  cursor: { inode: number; offset: number }
}

/** Backwards until there are enough lines or they are too old; a filter reads on, up to a bound. */
function readEnd(file: string, query: LogQuery): Read | null {
  return withFile(file, (fd, { size, ino, mtime }) => {
    const enough = query.grep === null ? query.tail : Number.POSITIVE_INFINITY
    const since = query.since?.toISOString() ?? ''
    const chunks: Buffer[] = []
    let start = size
    let newlines = 0
    let isOlder = false
    while (start > 0 && newlines <= enough && !isOlder && size - start < MAX_READ) {
      const length = Math.min(CHUNK, start)
      const chunk = Buffer.alloc(length)
      readSync(fd, chunk, 0, length, start - length)
      start -= length
      newlines += enough === Number.POSITIVE_INFINITY ? 0 : newlinesIn(chunk)
      chunks.unshift(chunk)
      isOlder = isBefore(chunk, since)
    }
    const bytes = Buffer.concat(chunks)
    const used = bytes.lastIndexOf(10) + 1
    // Most logs hold nothing of what is looked for: those are not taken apart.
    const { lines } = query.grep === null || bytes.includes(query.grep) ? completeLines(bytes) : { lines: [] }
    const changedAt = mtime.toISOString()
    const cursor = { inode: ino, offset: start + used }
    return { lines: start > 0 ? lines.slice(1) : lines, bytes: used, changedAt, cursor }
  })
}

function newlinesIn(chunk: Buffer): number {
  let count = 0
  for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) count++
  return count
}

/** Whether the first line of this piece that tells its time is older: then all that stands before it is. */
function isBefore(chunk: Buffer, since: string): boolean {
  if (since === '') return false
  const first = chunk
    .toString()
    .split('\n')
    .slice(1)
    .map(timeOf)
    .find((time) => time !== undefined)
  return first !== undefined && first < since
}

/** Forward from where it was left; from the start when the file was rotated away under it. */
function readOn(file: string, from: { inode: number; offset: number } | undefined, most: number): Read | null {
  const now = statSync(file, { throwIfNoEntry: false })
  if (!now) return null
  if (from && from.inode === now.ino && from.offset === now.size) {
    return { lines: [], bytes: 0, changedAt: '', cursor: from } // nothing new: not even opened
  }
  return withFile(file, (fd, { size, ino, mtime }) => {
    const start = from && from.inode === ino && from.offset <= size ? from.offset : 0
    const chunk = Buffer.alloc(Math.min(size - start, most))
    readSync(fd, chunk, 0, chunk.length, start)
    const { lines, used } = completeLines(chunk)
    return { lines, bytes: used, changedAt: mtime.toISOString(), cursor: { inode: ino, offset: start + used } }
  })
}

function withFile(file: string, read: (fd: number, stat: Stats) => Read): Read | null {
  let fd: number
  try {
    fd = openSync(file, 'r')
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT')) return null
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
function dated({ lines, changedAt }: Read): Dated[] {
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
