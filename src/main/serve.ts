// `frota serve`: the supervisor of a home. Under frota's own PM2, under an operator's PM2, systemd or a container.
import path from 'node:path'
import { answerCalls, CREDENTIAL_KINDS } from '../api/credentials.js'
import { listenForOperators } from '../api/server.js'
import { type Config, childEnvironment } from '../config/config.js'
import { type Environment, scrubEnvironment } from '../config/environment.js'
import { ensureHome } from '../config/home.js'
import { homeId } from '../config/home-id.js'
import { EXIT, messageOf, UserError } from '../core/errors.js'
import { healthOf } from '../core/health.js'
import { bringUpLater, endKeepers, type KeeperOptions, openKeeper } from '../processes/keeper.js'
import type { Lock } from '../processes/lock.js'
import { openPm2Driver } from '../processes/pm2.js'
import { killDaemon } from '../processes/pm2-daemon.js'
import type { SessionLog } from '../runtime/log.js'
import { writeStderr } from '../runtime/stderr.js'
import { openLedger } from '../supervisor/ledger.js'
import { startSupervisor } from '../supervisor/supervisor.js'
import { startWatchdog } from '../supervisor/watchdog.js'
import { openChecker } from './checker.js'
import { takeHome } from './home-lock.js'
import { openForServing } from './open-for-serving.js'
import { fleetOf, migrateLocalStore, openKinds, openStore } from './parts.js'
import { waitForHome } from './standby.js'
import { type Closers, openClosers, supervisorLog, supervisorParts } from './supervision.js'

/** For its own manager (container, systemd, an operator's PM2): start me again. */
const EXIT_RESTART_ME = 70
const STOPS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

export interface ServeOptions {
  version: string
  checkout: string
  main: string
  env: Environment
  /** While another supervisor has the home: wait until it leaves. */
  wait: boolean
}

/** Answers the exit code when it was told to stop. */
export async function serve(config: Config, options: ServeOptions): Promise<number> {
  ensureHome(config)
  const closers = openClosers()
  const lock = await (options.wait ? awaitHome(config) : takeHomeOrLeave(config))
  if (lock === null) return EXIT.ok
  closers.add(() => lock.release())
  scrubEnvironment()
  // Under PM2 that file is for crashes.
  const log = supervisorLog(config, isUnderPm2(options.env) ? undefined : writeStderr)
  const watchdog = startWatchdog()
  closers.add(() => watchdog.stop())
  let exitCode: number = EXIT.failure
  try {
    exitCode = await supervise(config, options, log, closers)
  } finally {
    await closers.closeAll()
    log.close()
  }
  // Only now: a successor that still found the socket answered would leave at once.
  if (exitCode === EXIT_RESTART_ME && isOurPm2s(config, options.env))
    bringUpLater(keeperOf(config, options), (why) => writeStderr(`${why}\n`))
  return exitCode
}

const noteOf = (config: Config) => `frota serve in ${config.home}`

async function takeHomeOrLeave(config: Config): Promise<Lock> {
  const lock = await takeHome(config, noteOf(config))
  if ('release' in lock) return lock
  const message = `This home already has a supervisor: ${lock.heldBy}.`
  throw new UserError('ALREADY_SERVED', message, 'frota status; frota down stops it')
}

/** Null: told to stop meanwhile. */
async function awaitHome(config: Config): Promise<Lock | null> {
  const stopped = new AbortController()
  const stop = () => stopped.abort()
  for (const signal of STOPS) process.on(signal, stop)
  const onWait = (heldBy: string) =>
    writeStderr(`frota: waits for the home ${config.home}, which is held: ${heldBy}.\n`)
  try {
    return await waitForHome(config, { note: noteOf(config), signal: stopped.signal, onWait })
  } finally {
    for (const signal of STOPS) process.off(signal, stop)
  }
}

async function supervise(config: Config, options: ServeOptions, log: SessionLog, closers: Closers): Promise<number> {
  const report = (thrown: unknown) => log.error(messageOf(thrown))
  homeId(config) // made, or missed, before there is a ledger
  const kinds = await openKinds(config)
  await migrateLocalStore(config, kinds)
  const opened = await openStore(config)
  closers.add(() => opened.close())
  const { store, vault, checked } = await openForServing(config, opened)
  const told = untilToldToStop()
  const ledger = openLedger(config.paths.ledger, (trouble) => {
    if (trouble === null) log.info('the ledger is written again')
    else log.error(`the ledger is not written, and kept in memory meanwhile: ${trouble}`)
  })
  closers.add(() => ledger.close())
  const { pm2Home, controlSocket } = config.paths
  const driver = await openPm2Driver({ pm2Home, launch: 'if-missing', env: childEnvironment(config), report })
  closers.add(() => driver.close())
  const { version } = options
  const supervisor = await startSupervisor(
    supervisorParts({ config, ...options, store, vault, kinds, ledger, driver, log, closers }),
  )
  closers.add(() => supervisor.close())
  const snapshot = async () => supervisor.snapshot() ?? store.home(homeId(config)).snapshot()
  const { live, host } = supervisor
  const runCheck = openChecker({ config, checkout: options.checkout, onLog: log.write })
  const fleet = fleetOf({ config, version, store, kinds, live, host, vault: checked, snapshot, runCheck })
  supervisor.answerCalls(answerCalls(fleet, CREDENTIAL_KINDS, report))
  // Before anybody is answered: the keeper before this one leaves when it hears that the fleet is up.
  const endOtherKeepers = keep(config, options, log, closers)
  const api = await listenForOperators(controlSocket, fleet, report, () =>
    healthOf(performance.now() - supervisor.lastTickMs()),
  )
  closers.add(() => api.close())
  await endOtherKeepers()
  log.info('the supervisor is up', { pid: process.pid, adopted: supervisor.boot.adopted, ended: supervisor.boot.ended })
  const why = await Promise.race([
    told,
    new Promise<'daemon lost'>((resolve) => driver.onLost(() => resolve('daemon lost'))),
  ])
  log.info(`the supervisor leaves: ${why}`)
  if (why === 'daemon lost') return EXIT_RESTART_ME // the sessions drain by themselves
  if (isUnderPm2(options.env)) return EXIT.ok // sessions go on; whoever comes next adopts them
  const { left } = await live.drain()
  if (left.length > 0) log.warn(`did not stop: ${left.join(', ')}`)
  await killDaemon(pm2Home)
  return EXIT.ok
}

/** Beside the other two that bring a home back: not where systemd, a container or the operator's PM2 does so. */
function keep(config: Config, options: ServeOptions, log: SessionLog, closers: Closers): () => Promise<void> {
  if (!isOurPm2s(config, options.env)) return async () => undefined
  const keeper = openKeeper(keeperOf(config, options), (why) => log.warn(why))
  closers.add(() => keeper.close())
  return () => endKeepers(config.paths.lock, keeper.pid())
}

function keeperOf(config: Config, { main }: ServeOptions): KeeperOptions {
  return {
    lock: config.paths.lock,
    up: [process.execPath, main, 'up', '--unattended', '--no-input'],
    env: childEnvironment(config),
    logFile: path.join(config.paths.logs, 'keeper.log'),
  }
}

/** Under plain `frota up`. A child of a dead daemon has nobody to restart it; anybody else has a manager of its own. */
const isOurPm2s = (config: Config, env: Environment) => env.pm_pid_path?.startsWith(config.paths.pm2Home) ?? false
const isUnderPm2 = (env: Environment) => env.pm_id !== undefined

/**
 * Listened for before anything is started: a supervisor told to stop while it boots must not die of the signal. Until
 * then, while a project that does not answer is waited for, it may: there is nothing to end.
 */
function untilToldToStop(): Promise<'signal'> {
  return new Promise((resolve) => {
    for (const signal of STOPS) process.on(signal, () => resolve('signal'))
  })
}
