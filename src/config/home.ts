// Where a home keeps its things, and who may use it.

import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { messageOf, notAllowed, UserError, untrusted, usage } from '../core/errors.js'
import { hasCode } from '../node/codes.js'
import { distrustOf, distrustOfOwnDirectory, removal } from '../node/trust.js'
import type { Environment } from './environment.js'

export interface HomePaths {
  readonly data: string
  readonly keys: string
  /** The master key, unless the config names another. */
  readonly keyFile: string
  readonly db: string
  /** Held for as long as a supervisor lives; on the volume, so that two containers on one home see each other. */
  readonly lock: string
  readonly homeId: string
  /** The supervisor's own memory: where there is one, there have been sessions. */
  readonly ledger: string
  readonly logs: string
  readonly tokens: string
  readonly envFile: string
  /** Ephemeral, 0700, short: a Unix socket's path has 107 bytes at most, and must not survive a container. */
  readonly runDir: string
  readonly controlSocket: string
  /** Where a supervisor that waits for the home says that it is well. */
  readonly standbySocket: string
  readonly sessionsSocket: string
  /** The sessions' own sockets, each named by its run. */
  readonly addresses: string
  readonly servicesSocket: string
  /** The sockets that host services listen at. */
  readonly hostSockets: string
  readonly pm2Home: string
}

/** The same answer for every way of writing it, also when it does not exist yet. */
export function canonicalPath(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    const parent = dirname(path)
    if (parent === path || !hasCode(error, 'ENOENT')) throw error
    return join(canonicalPath(parent), basename(path))
  }
}

/** Where settings are looked for. */
export interface Sources {
  env: Environment
  /** Root of the program: the default home. */
  checkout: string
  cwd: string
  homeFlag?: string | undefined
}

/** Where the home is, whoever it belongs to: nothing in it is read. */
export const locateHome = ({ env, checkout, cwd, homeFlag }: Sources): string =>
  homeDirectory(resolve(cwd, homeFlag || env.FROTA_HOME?.trim() || checkout))

/** The home that was asked for, as `canonicalPath`. @throws HOME_UNUSABLE when nothing can lie there */
export function homeDirectory(path: string): string {
  try {
    const home = canonicalPath(path)
    if (statSync(home, { throwIfNoEntry: false })?.isDirectory() ?? true) return home
  } catch (error) {
    throw usage('HOME_UNUSABLE', `The home ${path} cannot be used: ${messageOf(error)}.`, 'set FROTA_HOME to another')
  }
  throw usage('HOME_UNUSABLE', `The home ${path} is not a directory.`, 'set FROTA_HOME to one')
}

export function homePaths(home: string, uid: number): HomePaths {
  const data = join(home, 'data')
  // Not TMPDIR: every caller of this home must come to the same place, whatever their environment.
  const runDir = join('/tmp', `frota-${uid}-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`)
  return Object.freeze({
    data,
    keys: join(data, 'keys'),
    keyFile: join(data, 'keys', 'master.key'),
    db: join(data, 'frota.db'),
    lock: join(data, 'run', 'lock.db'),
    homeId: join(data, 'home.id'),
    ledger: join(data, 'ledger.db'),
    logs: join(home, 'logs'),
    tokens: join(home, 'tokens'),
    envFile: join(home, '.env'),
    runDir,
    controlSocket: join(runDir, 'control.sock'),
    standbySocket: join(runDir, 'standby.sock'),
    sessionsSocket: join(runDir, 'sessions.sock'),
    addresses: join(runDir, 'sessions'),
    servicesSocket: join(runDir, 'services.sock'),
    hostSockets: join(runDir, 'host'),
    pm2Home: join(runDir, 'pm2'),
  })
}

/** Asked before anything in the home is read: its `.env` names code to run. */
export function throwIfHomeUntrusted(home: string): void {
  const found = distrustOf(home)
  if (found === null) return
  throw untrusted({ ...found, remedy: `${found.remedy}; or set FROTA_HOME to another` })
}

/** Creates what is missing and refuses what is not ours. Asked before anything is read or changed in a home. */
export function ensureHome(config: { readonly home: string; readonly paths: HomePaths }): void {
  const { paths } = config
  makeHome(config.home)
  for (const dir of [paths.data, paths.keys, dirname(paths.lock), paths.logs, paths.tokens]) ensurePrivateDir(dir)
  for (const dir of inRunDir(paths)) ensurePrivateDir(dir, removal(paths.runDir))
}

/** For whoever makes nothing: what is there must be ours. Another user's sessions are not to be ended, nor root's. */
export function throwIfHomeNotOurs({ paths }: { readonly paths: HomePaths }): void {
  for (const dir of [paths.data, paths.logs, paths.tokens]) throwIfNotOurs(dir)
  for (const dir of inRunDir(paths)) throwIfNotOurs(dir, removal(paths.runDir))
}

const inRunDir = ({ runDir, pm2Home, addresses, hostSockets }: HomePaths) => [runDir, pm2Home, addresses, hostSockets]

/** Closed to others whatever the umask; the directories above it at least to their writing. */
function makeHome(home: string): void {
  if (lstatSync(home, { throwIfNoEntry: false })) return
  makeDirectories(dirname(home))
  makeDirectory(home, 0o700)
}

/** One by one: in /proc, Node's `recursive` asks for ever. */
function makeDirectories(dir: string): void {
  try {
    mkdirSync(dir, 0o755)
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return
    if (!hasCode(error, 'ENOENT') || dirname(dir) === dir) throw refusal(dir, error)
    makeDirectories(dirname(dir))
    makeDirectory(dir, 0o755)
  }
}

function makeDirectory(dir: string, mode: number): void {
  try {
    mkdirSync(dir, { mode })
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw refusal(dir, error)
  }
}

/** A directory that is ours alone (0700). A symlink in its place is refused: it could point anywhere. */
function ensurePrivateDir(dir: string, ifForeign?: string): void {
  makeDirectory(dir, 0o700)
  throwIfNotOurs(dir, ifForeign)
  if ((lstatSync(dir).mode & 0o077) !== 0) chmodSync(dir, 0o700)
}

/** One that others may write to is not just closed: what they have put there would stay. */
function throwIfNotOurs(dir: string, ifForeign?: string): void {
  const found = distrustOfOwnDirectory(dir)
  if (found)
    throw untrusted(found.is === 'foreign' && ifForeign !== undefined ? { ...found, remedy: ifForeign } : found)
}

function refusal(dir: string, error: unknown): UserError {
  if (hasCode(error, 'EACCES', 'EPERM', 'EROFS')) {
    return notAllowed('HOME_NOT_WRITABLE', `${dir} cannot be created: this user may not write there.`, 'set FROTA_HOME')
  }
  return new UserError('HOME_NOT_MADE', `${dir} cannot be created: ${messageOf(error)}.`, 'set FROTA_HOME to another')
}
