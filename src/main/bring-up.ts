// Up and down: who may start the one PM2 daemon and the one supervisor of a home, and how both end.

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectToSupervisor } from '../api/client.js'
import type { FleetClient } from '../api/verbs.js'
import { type Config, childEnvironment, keysOnlyInEnvironment } from '../config/config.js'
import { ensureHome, throwIfHomeNotOurs } from '../config/home.js'
import { EXIT, UserError, usage } from '../core/errors.js'
import { hostServiceIn, type RunId } from '../core/ids.js'
import { hasCode } from '../node/codes.js'
import { endKeepers } from '../processes/keeper.js'
import { withLock } from '../processes/lock.js'
import { killDaemon, launchPm2Daemon, readDaemonPid } from '../processes/pm2-daemon.js'
import { Pm2TimeoutError } from '../processes/pm2-rpc.js'
import { startSupervisorApp, stopSupervisorApp } from '../processes/pm2-supervisor.js'
import { terminate } from '../processes/pm2-watch.js'
import { CannotKill, findMarked, isAlive, killMarked } from '../processes/proc.js'
import { takeHome } from './home-lock.js'

const BOOT_WITHIN_MS = 30_000
const OTHERS_BOOT_WITHIN_MS = 60_000
const END_WITHIN_MS = 20_000
const SOFT_END_MS = 10_000

export interface UpOptions {
  main: string
  /** Nobody is there to read why a supervisor cannot boot: it is left to PM2, which tries again and again. */
  unattended: boolean
}

/** Two at the same moment give one daemon and one supervisor: the second waits and finds it there. */
export async function bringUp(config: Config, { main, unattended }: UpOptions): Promise<{ already: boolean }> {
  throwIfKeysWouldBeLost(config)
  ensureHome(config)
  return withLock(bootLock(config), OTHERS_BOOT_WITHIN_MS, async () => {
    const there = await resumeThere(config)
    if (there) return { already: !there.resumed }
    const crashFile = path.join(config.paths.logs, 'supervisor.crash.log')
    const crashedBefore = sizeOf(crashFile)
    const { launched } = await launchPm2Daemon({ pm2Home: config.paths.pm2Home, env: childEnvironment(config) })
    await startSupervisorApp({
      pm2Home: config.paths.pm2Home,
      command: process.execPath,
      args: [LITTLE_GARBAGE, main, 'serve'],
      env: childEnvironment(config),
      cwd: config.home,
      errorFile: crashFile,
    })
    await untilAnswers(config, { crashFile, crashedBefore, launched, unattended })
    return { already: false }
  })
}

/**
 * A start of a hundred sessions leaves garbage of which the supervisor keeps 20 MB for ever, unless the room for new
 * objects may not grow beyond 2 MB a half (Node's own limit is 16).
 */
const LITTLE_GARBAGE = '--max-semi-space-size=2'

const bootLock = (config: Config) => path.join(config.paths.runDir, 'boot.lock.db')

/** An `up` meanwhile waits: it must not take a supervisor that is leaving for one that is there. */
export async function bringDown(config: Config): Promise<{ stopped: number; left: string[] }> {
  throwIfHomeNotOurs(config)
  // Before the lock: the keeper's own `up` may hold it.
  await endKeepers(config.paths.lock)
  return withLock(bootLock(config), OTHERS_BOOT_WITHIN_MS, () => endAll(config))
}

async function endAll(config: Config): Promise<{ stopped: number; left: string[] }> {
  const { pm2Home } = config.paths
  const client = await connectToSupervisor(config.paths.controlSocket)
  const stopApp = async () => {
    if (readDaemonPid(pm2Home) === null) return
    await stopSupervisorApp(pm2Home).catch((error: unknown) => {
      // A daemon that hangs starts nothing again, and is ended below; no more does one that was killed meanwhile.
      const gone = hasCode(error, 'ECONNREFUSED', 'ENOENT') || readDaemonPid(pm2Home) === null
      if (!gone && !(error instanceof Pm2TimeoutError)) throw error
    })
  }
  const holder = client ? await pidOf(client) : null
  const drained = client ? await drain(client) : null
  // One that does not answer may just be coming up: first of all it must not start again what is ended here.
  if (!drained) await stopApp()
  const result = drained ?? (await endUnwatched(config))
  await stopApp()
  if (holder !== null) terminate(holder)
  const giveUpAt = performance.now() + END_WITHIN_MS
  while (holder !== null && isAlive(holder) && performance.now() < giveUpAt) await sleep(30)
  await killDaemon(pm2Home)
  const free = await takeHome(config, 'frota down')
  if ('release' in free) {
    // Once more, now that no supervisor is left that could have begun another.
    await endKeepers(config.paths.lock)
    free.release()
  } else throw new UserError('STILL_UP', `A supervisor still holds this home: ${free.heldBy}.`, 'stop it where it runs')
  return { stopped: result.stopped, left: result.left }
}

const pidOf = (client: FleetClient) =>
  client.call('host.status').then(({ supervisor }) => supervisor?.pid ?? null, nullIfGone)

/** Null when the supervisor died meanwhile, or left because its daemon died: what it had begun is ended without it. */
async function drain(client: FleetClient) {
  try {
    return await client.call('host.down').catch(nullIfGone)
  } finally {
    await client.close()
  }
}

function nullIfGone(thrown: unknown): null {
  if (thrown instanceof UserError && thrown.code === 'SUPERVISOR_GONE') return null
  throw thrown
}

/** The supervisor is gone but sessions may not be: softly first, then by marker. */
async function endUnwatched(config: Config) {
  const before = findMarked(config.home)
  for (const { pid } of before) terminate(pid)
  const giveUpAt = performance.now() + SOFT_END_MS
  while (findMarked(config.home).length > 0 && performance.now() < giveUpAt) await sleep(100)
  await killMarked(new Set(findMarked(config.home).map((found) => found.run as RunId))).catch((error: unknown) => {
    if (!(error instanceof CannotKill)) throw error // what will not go is told by name below
  })
  const left = new Map(findMarked(config.home).map(({ run, session }) => [run, session || run]))
  const runs = new Set(before.filter(({ session }) => hostServiceIn(session) === null).map(({ run }) => run))
  const stopped = [...runs].filter((run) => !left.has(run)).length
  return { stopped, left: [...new Set(left.values())] }
}

/** PM2's children inherit nothing, and a reboot knows no shell: keys must lie where a supervisor will find them. */
function throwIfKeysWouldBeLost(config: Config) {
  const names = keysOnlyInEnvironment(config)
  if (names.length === 0) return
  const message = `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} set only in this shell: the supervisor that PM2 runs would not have ${names.length === 1 ? 'it' : 'them'}, nor would it after a reboot.`
  throw usage(
    'KEYS_ONLY_IN_SHELL',
    message,
    `put them into ${config.paths.envFile} (chmod 600), or run "frota serve" in the foreground`,
  )
}

/** No `down` is under way here, the boot lock says so: one that was interrupted has left its supervisor idle. */
async function resumeThere(config: Config): Promise<{ resumed: boolean } | undefined> {
  const client = await connectToSupervisor(config.paths.controlSocket)
  try {
    return await client?.call('host.resume')
  } finally {
    await client?.close()
  }
}

async function answers(config: Config): Promise<boolean> {
  const client = await connectToSupervisor(config.paths.controlSocket)
  await client?.close()
  return client !== undefined
}

interface Attempt {
  crashFile: string
  crashedBefore: number
  /** The daemon was brought up for it: another one may hold sessions that go on working. */
  launched: boolean
  unattended: boolean
}

async function untilAnswers(config: Config, attempt: Attempt) {
  const { crashFile, crashedBefore } = attempt
  const giveUpAt = performance.now() + BOOT_WITHIN_MS
  while (performance.now() < giveUpAt) {
    if (await answers(config)) return
    const words = readFrom(crashFile, crashedBefore)
    if (/^frota: /m.test(words)) await giveUp(config, words, attempt)
    await sleep(25)
  }
  await giveUp(config, readFrom(crashFile, crashedBefore), attempt)
}

/** Nothing half done: a supervisor that cannot boot is not left restarting for ever before an operator's eyes. */
async function giveUp(config: Config, words: string, { launched, unattended }: Attempt): Promise<never> {
  if (!unattended) await stopSupervisorApp(config.paths.pm2Home)
  if (!unattended && launched) await killDaemon(config.paths.pm2Home)
  const lines = words.trim().split('\n')
  // Its own word, not the last line of the stack below it.
  const last = lines.findLast((line) => line.startsWith('frota: ')) ?? lines.at(-1) ?? ''
  const why = last.replace(/^frota: /, '') || `no word within ${BOOT_WITHIN_MS / 1000} s`
  throw new UserError(
    'STILL_DOWN',
    `The supervisor did not come up: ${why}`,
    'frota serve shows it in the foreground; frota doctor',
    EXIT.failure,
  )
}

function sizeOf(file: string): number {
  return readAll(file).length
}
function readFrom(file: string, offset: number): string {
  return readAll(file).subarray(offset).toString()
}
function readAll(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT')) return Buffer.alloc(0)
    throw thrown
  }
}
