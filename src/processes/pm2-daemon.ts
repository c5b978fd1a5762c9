// The PM2 daemon of a home: launched with an environment of its own, found and ended by what /proc says of it.
// PM2's API launches it with the caller's whole environment; and six callers at once get six daemons, so whoever
// calls here holds the home's lock.
import { spawn } from 'node:child_process'
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf } from '../node/codes.js'
import { allPids, readProc } from '../node/procfs.js'
import { withoutCoreDumps } from './core-dumps.js'
import { tailOf } from './log-file.js'
import { pm2LogPath } from './pm2-log.js'
import { connectRpc, Pm2TimeoutError, rpcSocketPath } from './pm2-rpc.js'
import { envOf, isAlive, startTicksOf } from './proc.js'

export interface LaunchOptions {
  pm2Home: string
  /** Only a few harmless names are taken from it. */
  env: Record<string, string | undefined>
}
export interface Launched {
  pid: number
  /** False: one was there and answered. */
  launched: boolean
}

const ANSWER_WITHIN_MS = 5_000
const LAUNCH_WITHIN_MS = 15_000
const DIE_WITHIN_MS = 10_000

/** Answers the daemon that is there, or launches one; one that does not answer is replaced. */
export async function launchPm2Daemon({ pm2Home, env }: LaunchOptions): Promise<Launched> {
  prepareHome(pm2Home)
  if (await answers(pm2Home)) return { pid: daemonPidOf(pm2Home), launched: false }
  await killDaemon(pm2Home)
  return { pid: await spawnDaemon(pm2Home, env), launched: true }
}

/** The daemon that owns this PM2_HOME, checked against /proc: a pid file alone may be an old one. */
export function daemonPidOf(pm2Home: string): number {
  const pid = readDaemonPid(pm2Home)
  if (pid === null) throw new Error(`No PM2 daemon runs in ${pm2Home}.`)
  return pid
}

export function readDaemonPid(pm2Home: string): number | null {
  const path = join(pm2Home, 'pm2.pid')
  if (!existsSync(path)) return null
  const pid = Number(readFileSync(path, 'utf8'))
  return Number.isInteger(pid) && isDaemonOf(pid, pm2Home) ? pid : null
}

/** There is one at most, unless something went wrong. */
export const allDaemonsOf = (pm2Home: string): number[] => allPids().filter((pid) => isDaemonOf(pid, pm2Home))

/**
 * Ends every daemon of this PM2_HOME at once. Its processes are not ended: they see `disconnect`.
 * SIGKILL, because a soft signal makes it write its process list to disk and stop its processes one after another.
 */
export async function killDaemon(pm2Home: string): Promise<void> {
  for (const pid of allDaemonsOf(pm2Home)) {
    const startTicks = startTicksOf(pid)
    if (startTicks === null) continue
    process.kill(pid, 'SIGKILL')
    const giveUpAt = performance.now() + DIE_WITHIN_MS
    while (isAlive(pid, startTicks)) {
      if (performance.now() > giveUpAt) throw new Error(`The PM2 daemon ${pid} could not be killed.`)
      await sleep(10)
    }
  }
  for (const name of ['rpc.sock', 'pub.sock', 'pm2.pid']) rmSync(join(pm2Home, name), { force: true })
}

function isDaemonOf(pid: number, pm2Home: string): boolean {
  const title = readProc(`/proc/${pid}/cmdline`)?.toString('utf8') ?? ''
  // Its title once it runs, its script before that.
  if (!/^PM2 v\S+ God Daemon|\/pm2\/lib\/Daemon\.js/.test(title)) return false
  return isAlive(pid) && envOf(pid, 'PM2_HOME') === pm2Home
}

async function answers(pm2Home: string): Promise<boolean> {
  if (!existsSync(rpcSocketPath(pm2Home))) return false
  try {
    const rpc = await connectRpc(pm2Home, ANSWER_WITHIN_MS)
    try {
      await rpc.call('ping', {})
      return readDaemonPid(pm2Home) !== null
    } finally {
      rpc.close()
    }
  } catch (error) {
    // A socket nobody listens on, or a daemon that hangs: both mean that a new one is needed.
    if (error instanceof Pm2TimeoutError || codeOf(error) !== undefined) return false
    throw error
  }
}

async function spawnDaemon(pm2Home: string, env: LaunchOptions['env']): Promise<number> {
  const script = createRequire(import.meta.url).resolve('pm2/lib/Daemon.js')
  const log = openSync(pm2LogPath(pm2Home), 'a', 0o600)
  try {
    const { command, args } = withoutCoreDumps(process.execPath, [script])
    const child = spawn(command, args, {
      cwd: pm2Home,
      detached: true,
      env: daemonEnv(pm2Home, env),
      stdio: ['ignore', log, log, 'ipc'],
    })
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`PM2 did not start: ${why}. ${tailOf(pm2LogPath(pm2Home), 2000)}`))
      const timer = setTimeout(() => {
        child.kill('SIGKILL')
        fail(`no word within ${LAUNCH_WITHIN_MS} ms`)
      }, LAUNCH_WITHIN_MS)
      child.once('message', () => {
        clearTimeout(timer)
        resolve()
      })
      child.once('error', (error) => {
        clearTimeout(timer)
        fail(error.message)
      })
      child.once('exit', (code, signal) => {
        clearTimeout(timer)
        fail(`it ended with ${signal ?? code}`)
      })
    })
    child.removeAllListeners('exit')
    child.disconnect()
    child.unref()
    return daemonPidOf(pm2Home)
  } finally {
    closeSync(log)
  }
}

/** From the caller's environment only what decides about language, time and where programs are. */
const PASSED_ON = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ']

function daemonEnv(pm2Home: string, env: LaunchOptions['env']): Record<string, string> {
  const passed = PASSED_ON.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))
  return {
    ...Object.fromEntries(passed),
    PM2_HOME: pm2Home,
    PM2_DISABLE_VERSION_CHECK: 'true',
    PM2_DISCRETE_MODE: 'true',
    PM2_PROGRAMMATIC: 'true',
    SILENT: 'true',
    PM2_KILL_SIGNAL: 'SIGTERM',
    // Its worker only measures memory for a rule that we do not use.
    PM2_WORKER_INTERVAL: String(24 * 60 * 60 * 1000),
  }
}

/** Bytes in sockaddr_un, without the closing NUL. */
const MAX_SOCKET_PATH = 107

/** What PM2's client would create, but closed to others, and with its collection of host metrics off. */
function prepareHome(pm2Home: string): void {
  if (Buffer.byteLength(rpcSocketPath(pm2Home)) > MAX_SOCKET_PATH) {
    throw new Error(`${pm2Home} is too long for PM2's sockets (${MAX_SOCKET_PATH} bytes in all).`)
  }
  for (const dir of ['', 'logs', 'pids', 'modules']) mkdirSync(join(pm2Home, dir), { recursive: true, mode: 0o700 })
  chmodSync(pm2Home, 0o700)
  const config = join(pm2Home, 'module_conf.json')
  if (!existsSync(config)) writeFileSync(config, JSON.stringify({ pm2: { sysmonit: 'false' } }))
  // Without it an operator's first `pm2 ls` in here would print PM2's banner and call out.
  const greeted = join(pm2Home, 'touch')
  if (!existsSync(greeted)) writeFileSync(greeted, '')
}
