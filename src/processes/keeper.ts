// The third keeper of a home, under `frota up`. PM2's daemon keeps the supervisor and the supervisor keeps the daemon;
// when both die in the same moment this one is left. It is a shell, because a third Node would cost 45 MB where a shell
// costs 2, and it needs no clock and no polling: it reads from a socket whose other end only the supervisor holds, so the
// kernel itself tells it of the supervisor's end.
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../core/errors.js'
import { allStats, readProc, type Stat, signalProcess } from '../node/procfs.js'
import { truncateAbove } from './log-file.js'

export interface KeeperOptions {
  /** The lock of the home: a home that was deleted is not made anew. It also names the home in the keeper's arguments. */
  lock: string
  /** Brings the fleet up, however often it is run: a program and its arguments. */
  up: string[]
  /** Its whole environment; nothing secret. */
  env: Record<string, string>
  logFile: string
  /** 0 for whoever knows already that nobody else brings the fleet up. */
  firstPauseS?: number
}

export interface Keeper {
  pid(): number | undefined
  /** No other takes its place any more. It goes on waiting for the end of this process. */
  close(): void
}

const NAME = 'frota-keeper'
const PAUSE_S = 15
const MAX_LOG_BYTES = 256 * 1024
const AFTER_END_MS = 1_000
const AFTER_NO_START_MS = 60_000
const END_WITHIN_MS = 5_000

/**
 * A supervisor that the first `up` started and that cannot boot is left to PM2, which tries again every second. The later
 * tries here are for a PM2 that has died as well.
 */
const SCRIPT = `while read -r _; do :; done
lock=$1; first=$2; shift 2
for pause in $first 15 30 60 120 300 600 1800 3600; do
  sleep "$pause"
  [ -e "$lock" ] || exit 0
  echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) the supervisor is gone, $pause s have passed: frota up"
  "$@" && exit 0
done
echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) the fleet did not come up and is not tried again: frota up"`

/** A keeper that lives for as long as this process and a little longer. One that was killed is replaced. */
export function openKeeper(options: KeeperOptions, onTrouble: (why: string) => void): Keeper {
  let closed = false
  let child = begin()
  return {
    pid: () => child.pid,
    close() {
      closed = true
    },
  }

  function begin(): ChildProcess {
    const started = spawnKeeper(options, 'pipe', onTrouble)
    if (started.stdin instanceof Socket) started.stdin.unref() // it must not keep this process alive
    started.stdin?.on('error', (error) => onTrouble(`the third keeper: ${error.message}`))
    started.once('error', (error) => replace(`could not be started: ${error.message}`, AFTER_NO_START_MS))
    started.once('exit', (code, signal) => replace(`ended with ${signal ?? code}`, AFTER_END_MS))
    return started
  }

  function replace(why: string, afterMs: number) {
    if (closed) return
    onTrouble(`the third keeper ${why}; another one is started`)
    const again = () => {
      if (!closed) child = begin()
    }
    setTimeout(again, afterMs).unref()
  }
}

/** For a supervisor that leaves because its daemon is gone: nothing is waited for, and failures are tried again. */
export function bringUpLater(options: KeeperOptions, onTrouble: (why: string) => void): void {
  const keeper = spawnKeeper({ ...options, firstPauseS: 0 }, 'ignore', onTrouble)
  keeper.once('error', (error) => onTrouble(`nobody brings the fleet up: ${error.message}`))
}

/** A session of its own: no terminal hangs it up. In `/`: it keeps no directory busy. */
function spawnKeeper(options: KeeperOptions, stdin: 'pipe' | 'ignore', onTrouble: (why: string) => void) {
  const { lock, up, env, firstPauseS = PAUSE_S } = options
  const log = openLog(options.logFile, onTrouble)
  try {
    const args = ['-c', SCRIPT, NAME, lock, String(firstPauseS), ...up]
    const child = spawn('/bin/sh', args, { cwd: '/', env, detached: true, stdio: [stdin, log, log] })
    child.unref()
    return child
  } finally {
    if (log !== 'ignore') closeSync(log)
  }
}

/** A disk that takes no log must not be what keeps a supervisor from coming up. */
function openLog(file: string, onTrouble: (why: string) => void): number | 'ignore' {
  try {
    truncateAbove(file, MAX_LOG_BYTES)
    return openSync(file, 'a', 0o600)
  } catch (error) {
    onTrouble(`the third keeper has no log: ${messageOf(error)}`)
    return 'ignore'
  }
}

/** The home's keepers, with the `frota up` that one may be running. @param except this one stays */
export async function endKeepers(lock: string, except?: number): Promise<void> {
  const ended = new Set(keepersOf(lock).filter((pid) => pid !== except && signalProcess(-pid, 'SIGKILL')))
  const giveUpAt = performance.now() + END_WITHIN_MS
  while (ended.size > 0 && allStats().some(({ group }) => ended.has(group)) && performance.now() < giveUpAt) {
    await sleep(10)
  }
}

export const keepersOf = (lock: string): number[] =>
  allStats()
    .filter(isKeeper(lock))
    .map(({ pid }) => pid)

/** The shell itself, not what it has just forked: that has the same arguments for a moment. */
const isKeeper = (lock: string) => (stat: Stat) => {
  if (stat.group !== stat.pid) return false
  const args = readProc(`/proc/${stat.pid}/cmdline`)?.toString('utf8').split('\0') ?? []
  return args[1] === '-c' && args[3] === NAME && args[4] === lock
}
