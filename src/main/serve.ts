// `frota serve`: the supervisor of a home. Under frota's own PM2, under an operator's PM2, systemd or a container.
import { spawn } from 'node:child_process'
import { hostname } from 'node:os'
import path from 'node:path'
import { listenForOperators } from '../api/server.js'
import { type Config, childEnvironment } from '../config/config.js'
import { type Environment, scrubEnvironment } from '../config/environment.js'
import { ensureHome } from '../config/home.js'
import { homeId } from '../config/home-id.js'
import { EXIT, messageOf, UserError } from '../core/errors.js'
import { formatRef, type HomeId } from '../core/ids.js'
import { hostMeter } from '../processes/host.js'
import { tryLock } from '../processes/lock.js'
import { openPm2Driver } from '../processes/pm2.js'
import { killDaemon } from '../processes/pm2-daemon.js'
import { findMarked, isAlive } from '../processes/proc.js'
import { renice, treeUsage } from '../processes/usage.js'
import { openLog } from '../runtime/log.js'
import { openLogFile } from '../runtime/log-file.js'
import { listenHealthz } from '../supervisor/healthz.js'
import { openLedger } from '../supervisor/ledger.js'
import type { Host, SupervisorParts } from '../supervisor/parts.js'
import { startSupervisor } from '../supervisor/supervisor.js'
import { openTickets } from '../supervisor/tickets.js'
import { startWatchdog } from '../supervisor/watchdog.js'
import { openAlerting } from './alerting.js'
import { browserOf, fleetOf, migrateLocalStore, openKinds, openStore, openVaultOf } from './parts.js'

const MB = 1024 * 1024
/** For its own manager (container, systemd, an operator's PM2): start me again. */
const EXIT_RESTART_ME = 70

export interface ServeOptions {
  version: string
  checkout: string
  main: string
  env: Environment
}

/** Answers the exit code when it was told to stop. */
export async function serve(config: Config, options: ServeOptions): Promise<number> {
  ensureHome(config)
  const closers = openClosers()
  const lock = tryLock(config.paths.lock, `frota serve in ${config.home}`)
  if (!('release' in lock)) {
    throw new UserError(
      'ALREADY_SERVED',
      `This home already has a supervisor: ${lock.heldBy}.`,
      'frota status; frota down stops it',
    )
  }
  closers.add(() => lock.release())
  scrubEnvironment()
  const log = openLog({
    session: 'supervisor',
    file: openLogFile(path.join(config.paths.logs, 'supervisor.jsonl')),
    redact: (text) => text,
    now: () => new Date(),
    monotonicMs: () => performance.now(),
    debug: false,
  })
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
  if (exitCode === EXIT_RESTART_ME) bringUpSuccessor(config, options)
  return exitCode
}

async function supervise(
  config: Config,
  options: ServeOptions,
  log: ReturnType<typeof openLog>,
  closers: ReturnType<typeof openClosers>,
): Promise<number> {
  await migrateLocalStore(config)
  const store = await openStore(config)
  closers.add(() => store.close())
  const [vault, kinds] = await Promise.all([openVaultOf(config, store), openKinds(config)])
  const ledger = openLedger(path.join(config.paths.data, 'ledger.db'))
  closers.add(() => ledger.close())
  const report = (thrown: unknown) => log.error(messageOf(thrown))
  const driver = await openPm2Driver({
    pm2Home: config.paths.pm2Home,
    launch: 'if-missing',
    env: childEnvironment(config),
    report,
  })
  closers.add(() => driver.close())
  const alerting = openAlerting(config, vault, log)
  closers.add(() => alerting.close())
  const parts: SupervisorParts = {
    homeId: homeId(config),
    store,
    driver,
    kinds,
    ledger,
    tickets: openTickets(vault.subkey(`session tokens of ${homeId(config)}`)),
    host: hostOf(config),
    vault,
    mirror: null,
    settings: settingsOf(config, options),
    alert: alerting.alert,
    clearAlert: alerting.clear,
    testAlerts: alerting.test,
    log,
    now: () => new Date(),
    random: Math.random,
  }
  const supervisor = await startSupervisor(parts)
  closers.add(() => supervisor.close())
  const fleet = fleetOf({
    config,
    version: options.version,
    store,
    kinds,
    live: supervisor.live,
    vault: async () => vault,
    snapshot: async () => supervisor.snapshot() ?? store.home(homeId(config) as HomeId).snapshot(),
  })
  const api = await listenForOperators(config.paths.controlSocket, fleet, report)
  closers.add(() => api.close())
  await listenHealthz(config.port, supervisor.lastTickMs).then(
    (healthz) => closers.add(() => healthz.close()),
    (thrown) => log.warn(`/healthz is not answered: ${messageOf(thrown)}`),
  )
  log.info('the supervisor is up', { pid: process.pid, adopted: supervisor.boot.adopted, ended: supervisor.boot.ended })
  const why = await untilToldToStop(driver.onLost)
  log.info(`the supervisor leaves: ${why}`)
  if (why === 'daemon lost') return EXIT_RESTART_ME // the sessions drain by themselves
  if (isUnderPm2(options.env)) return 0 // sessions go on; whoever comes next adopts them
  const { left } = await supervisor.live.drain()
  if (left.length > 0) log.warn(`did not stop: ${left.join(', ')}`)
  await killDaemon(config.paths.pm2Home)
  return 0
}

/** A child of the dead daemon has nobody to restart it; anybody else is started again by its own manager. */
function bringUpSuccessor(config: Config, { env, main }: ServeOptions) {
  const isOurPm2s = env.pm_pid_path?.startsWith(config.paths.pm2Home) ?? false
  if (!isOurPm2s) return
  const successor = spawn(process.execPath, [main, 'up'], {
    cwd: config.home,
    env: childEnvironment(config),
    detached: true,
    stdio: 'ignore',
  })
  successor.unref()
}

const isUnderPm2 = (env: Environment) => env.pm_id !== undefined

function untilToldToStop(onLost: (listener: () => void) => void): Promise<'signal' | 'daemon lost'> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve('signal'))
    onLost(() => resolve('daemon lost'))
  })
}

function hostOf(config: Config): Host {
  const status = hostMeter(config.home)
  return {
    cores: status().cores,
    findMarked: () => findMarked(config.home),
    isAlive,
    terminate: (pid) => process.kill(pid, 'SIGTERM'),
    treeUsage,
    renice,
    status,
  }
}

function settingsOf(config: Config, { version, checkout }: ServeOptions): SupervisorParts['settings'] {
  const isLocal = config.storeDriver === 'sqlite'
  const browser = browserOf(config, checkout)
  const { PATH = '', HOME = config.home, LANG, TZ } = childEnvironment(config)
  return {
    home: config.home,
    hostName: hostname(),
    version,
    dirs: { logs: config.paths.logs, tokens: config.paths.tokens },
    sessionsSocket: config.paths.sessionsSocket,
    session: {
      command: process.execPath,
      args: [path.join(checkout, 'dist/src/session.js')],
      cwd: config.home,
      env: { PATH, HOME, ...(LANG && { LANG }), ...(TZ && { TZ }) },
    },
    browser: { path: browser?.path ?? null, libs: browser?.libs ?? null, sandbox: config.browserSandbox },
    basePort: config.basePort,
    maxSessions: config.maxSessions ?? 0,
    only: config.only && new Set(config.only.map(formatRef)),
    storeReadEveryMs: isLocal ? 5_000 : 10_000,
    beatsToStoreEveryMs: isLocal ? 5_000 : 10_000,
    memoryFloorBytes: Math.min(256 * MB, Math.round(hostMeter(config.home)().memoryTotalBytes / 10)),
  }
}

/** Whoever opens registers the close; closed backwards, once. */
function openClosers() {
  const stack: (() => unknown)[] = []
  return {
    add: (close: () => unknown) => void stack.push(close),
    async closeAll() {
      for (let close = stack.pop(); close; close = stack.pop()) await close()
    },
  }
}
