// Reads /proc. All calls are synchronous: these files come from memory, and a promise would cost more.
import { hasCode } from './codes.js'

const { closeSync, openSync, readdirSync, readFileSync, readSync } = process.getBuiltinModule('node:fs')

export interface Stat {
  pid: number
  ppid: number
  /** Its process group. */
  group: number
  /** Z: dead, not yet awaited. */
  state: string
  /** Clock ticks after boot. With the pid it names a process for good: pids are used again, pairs are not. */
  startTicks: number
  cpuMs: number
  rssBytes: number
}

/** USER_HZ: 100 on every Linux that Node runs on. */
const MS_PER_TICK = 10
const GONE = ['ENOENT', 'ESRCH', 'EACCES', 'EPERM']
const buffer = Buffer.allocUnsafe(64 * 1024)

/** The file's bytes, valid until the next call; null when the process is gone or not ours to read. */
export function readProc(path: string): Buffer | null {
  let fd: number | undefined
  try {
    fd = openSync(path, 'r')
    let length = 0
    for (;;) {
      const count = readSync(fd, buffer, length, buffer.length - length, null)
      length += count
      if (count === 0 || length === buffer.length) return buffer.subarray(0, length)
    }
  } catch (error) {
    if (hasCode(error, ...GONE)) return null
    throw error
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/** Zombies count as gone: nothing of them runs, and only their parent can clear them. */
export function readStat(pid: number): Stat | null {
  const text = readProc(`/proc/${pid}/stat`)?.toString('latin1')
  if (text === undefined) return null
  // The name in brackets may hold spaces and brackets: count from the last one. Fields: man 5 proc.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const field = (number: number) => Number(fields[number - 3])
  const state = fields[0] ?? 'X'
  if (state === 'Z' || state === 'X' || state === 'x') return null
  return {
    pid,
    ppid: field(4),
    group: field(5),
    state,
    startTicks: field(22),
    cpuMs: (field(14) + field(15)) * MS_PER_TICK,
    rssBytes: field(24) * pageSize(),
  }
}

/** Pages of files and of shared memory among a process's resident ones; 0 when it is gone. Field 3 of statm: man 5 proc. */
export const sharedBytesOf = (pid: number): number =>
  Number(readProc(`/proc/${pid}/statm`)?.toString('latin1').split(' ')[2] ?? 0) * pageSize()

export function allPids(): number[] {
  const pids: number[] = []
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (Number.isInteger(pid) && pid > 0) pids.push(pid)
  }
  return pids
}

export const allStats = (): Stat[] => allPids().flatMap((pid) => readStat(pid) ?? [])

/**
 * A process, or with a negative number a whole process group. False when it has just ended, or is another user's: whoever
 * needs it gone looks whether it went.
 */
export function signalProcess(pid: number, signal: 'SIGTERM' | 'SIGKILL'): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    if (hasCode(error, 'ESRCH', 'EPERM')) return false
    throw error
  }
}

const AT_PAGESZ = 6n
let knownPageSize: number | undefined

function pageSize(): number {
  if (knownPageSize !== undefined) return knownPageSize
  const auxv = readFileSync('/proc/self/auxv')
  for (let at = 0; at + 16 <= auxv.length; at += 16) {
    if (auxv.readBigUInt64LE(at) === AT_PAGESZ) knownPageSize = Number(auxv.readBigUInt64LE(at + 8))
  }
  knownPageSize ??= 4096
  return knownPageSize
}
