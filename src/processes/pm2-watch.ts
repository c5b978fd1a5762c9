// Who is still there, asked of the kernel: neither PM2's word nor its connection is needed to know that something ended.

import { readlinkSync } from 'node:fs'
import { hasCode } from '../node/codes.js'
import { signalProcess } from '../node/procfs.js'
import { envOf, isAlive, startTicksOf } from './proc.js'

const LOOK_AT_PIDS_EVERY_MS = 200
const LOOK_AT_DAEMON_EVERY_MS = 1_000

export interface PidWatch {
  add(pid: number): void
  onGone(listener: () => void): void
  close(): void
}

/** Says so, once for all that ended between two looks. */
export function watchPids(): PidWatch {
  const pids = new Set<number>()
  const listeners: (() => void)[] = []
  const timer = setInterval(() => {
    const gone = [...pids].filter((pid) => !existsPid(pid))
    for (const pid of gone) pids.delete(pid)
    if (gone.length > 0) for (const listener of listeners) listener()
  }, LOOK_AT_PIDS_EVERY_MS).unref()
  return {
    add: (pid) => void pids.add(pid),
    onGone: (listener) => void listeners.push(listener),
    close: () => clearInterval(timer),
  }
}

/**
 * Zombies exist: once a pid is gone, its parent has awaited it and knows its exit code. A later process with the same
 * pid delays the hint until the next list, no more.
 */
export function existsPid(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    if (hasCode(error, 'EPERM')) return true
    return false
  }
}

/**
 * Whether a process still has the channel that PM2 gave it. PM2 dies of the second message to one that closed it:
 * its only error listener is gone with the first.
 */
export function hasChannel(pid: number): boolean {
  const fd = envOf(pid, 'NODE_CHANNEL_FD') ?? '3'
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('socket:')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false
    throw error
  }
}

/** The soft signal; that it has just ended is no error. */
export const terminate = (pid: number): void => void signalProcess(pid, 'SIGTERM')

export interface DaemonWatch {
  isLost(): boolean
  lose(): void
  onLost(listener: () => void): void
  close(): void
}

/** @param whoOwns the pid of the daemon that owns the PM2_HOME now: another one means that ours is out of the game */
export function watchDaemon(pid: number, whoOwns: () => number | null): DaemonWatch {
  const startTicks = startTicksOf(pid)
  const listeners: (() => void)[] = []
  let lost = false
  const lose = () => {
    if (lost) return
    lost = true
    clearInterval(timer)
    for (const listener of listeners) listener()
  }
  const timer = setInterval(() => {
    if (startTicks === null || !isAlive(pid, startTicks) || whoOwns() !== pid) lose()
  }, LOOK_AT_DAEMON_EVERY_MS).unref()
  return {
    isLost: () => lost,
    lose,
    onLost(listener) {
      listeners.push(listener)
      if (lost) setImmediate(listener)
    },
    close: () => clearInterval(timer),
  }
}
