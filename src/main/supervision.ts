// A supervisor of this home, whoever runs its processes: `frota serve` with PM2, `frota run` in the terminal.
import { hostname } from 'node:os'
import path from 'node:path'
import { type Config, childEnvironment } from '../config/config.js'
import { homeId } from '../config/home-id.js'
import { messageOf } from '../core/errors.js'
import { formatRef } from '../core/ids.js'
import type { Kinds } from '../kinds/load.js'
import { readIfThere } from '../node/files.js'
import type { ProcessDriver } from '../processes/driver.js'
import { hostMeter } from '../processes/host.js'
import { listensOn } from '../processes/listens.js'
import { terminate } from '../processes/pm2-watch.js'
import { findMarked, isAlive } from '../processes/proc.js'
import { renice, treeUsage } from '../processes/usage.js'
import { openLog, type SessionLog } from '../runtime/log.js'
import { openLogFile } from '../runtime/log-file.js'
import type { GatewaySettings } from '../services/gateway/run.js'
import { openMirror } from '../store/mirror.js'
import type { Store } from '../store/store.js'
import type { Ledger } from '../supervisor/ledger.js'
import { operatorSecretsIn } from '../supervisor/operator-secrets.js'
import type { Host, ServiceSettings, SupervisorParts } from '../supervisor/parts.js'
import { openTickets } from '../supervisor/tickets.js'
import { opaqueNames } from '../vault/opaque.js'
import type { Vault } from '../vault/vault.js'
import { openAlerting } from './alerting.js'
import { browserOf, MIRROR_FILE, sandboxOf } from './parts.js'

const MB = 1024 * 1024
/** Of all sources that the build was made of: a session loads more than its own program. */
const BUILD_STAMP = 'dist/.stamp'

export interface Supervision {
  config: Config
  version: string
  checkout: string
  store: Store
  vault: Vault
  kinds: Kinds
  ledger: Ledger
  driver: ProcessDriver
  log: SessionLog
  closers: Closers
  /** `frota run`: this one and no other, whatever is wanted. */
  onlyRef?: string
}

export function supervisorParts(given: Supervision): SupervisorParts {
  const { config, store, vault, kinds, ledger, driver, log, closers } = given
  const alerting = openAlerting(config, vault, log)
  closers.add(() => alerting.close())
  return {
    homeId: homeId(config),
    store,
    driver,
    kinds,
    ledger,
    tickets: openTickets(vault.subkey(`session tokens of ${homeId(config)}`)),
    host: hostOf(config),
    vault,
    services: servicesOf(given),
    mirror: store.driver === 'supabase' ? mirrorOf(given) : null,
    settings: settingsOf(given),
    alert: alerting.alert,
    onSay: alerting.onSay,
    clearAlert: alerting.clear,
    testAlerts: alerting.test,
    log,
    now: () => new Date(),
    random: Math.random,
  }
}

/** With it a home boots, restarts and stops sessions while its Supabase project is away. */
function mirrorOf({ config, vault, log }: Supervision) {
  return openMirror(path.join(config.paths.data, MIRROR_FILE), {
    box: vault.box('mirror'),
    onTrouble: (error) => log.warn(`${error.message}: ${messageOf(error.cause)}`),
  })
}

function servicesOf({ config, checkout, vault }: Supervision): SupervisorParts['services'] {
  return {
    socket: config.paths.servicesSocket,
    sockets: config.paths.hostSockets,
    args: [SMALL_NURSERY, path.join(checkout, 'dist/src/service.js')],
    tickets: openTickets(vault.subkey(`host services' tokens of ${homeId(config)}`)),
    settings: new Map([['gateway', gatewaySettings(config)]]),
    secrets: (snapshot) => operatorSecretsIn(vault, snapshot),
    opaque: opaqueNames(vault),
  }
}

/**
 * glibc keeps what a program has freed, the more the larger the pieces were: after a WhatsApp session has loaded its
 * library that was 6 MB of 21. With a fixed limit it gives back what is free beyond 128 kB.
 */
const THRIFTY_MALLOC = { MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_ARENA_MAX: '1' }

/** V8 would let what dies young take 150 MB of a busy gateway before it looks; so it takes 70, and is not slower. */
const SMALL_NURSERY = '--max-semi-space-size=8'

function gatewaySettings({ gateway }: Config): ServiceSettings {
  const { mode, bind, port, trustedProxies, publicUrl } = gateway
  return { mode, config: { bind, port, trustedProxies: [...trustedProxies], publicUrl } satisfies GatewaySettings }
}

/** @param echo in the foreground: whoever started it reads there, as `docker logs` and `journalctl` do */
export function supervisorLog(config: Config, echo?: (line: string) => void): SessionLog {
  return openLog({
    session: 'supervisor',
    file: openLogFile(path.join(config.paths.logs, 'supervisor.jsonl')),
    redact: (text) => text,
    now: () => new Date(),
    monotonicMs: () => performance.now(),
    debug: false,
    ...(echo && { echo }),
  })
}

export type Closers = ReturnType<typeof openClosers>

/** Whoever opens registers the close; closed backwards, once. */
export function openClosers() {
  const stack: (() => unknown)[] = []
  return {
    add: (close: () => unknown) => void stack.push(close),
    async closeAll() {
      for (let close = stack.pop(); close; close = stack.pop()) await close()
    },
  }
}

function hostOf(config: Config): Host {
  const status = hostMeter(config.home)
  return {
    cores: status().cores,
    findMarked: () => findMarked(config.home),
    isAlive,
    listensOn,
    terminate,
    treeUsage,
    renice,
    status,
  }
}

function settingsOf({ config, version, checkout, onlyRef }: Supervision): SupervisorParts['settings'] {
  const isLocal = config.storeDriver === 'sqlite'
  const browser = browserOf(config, checkout)
  const { PATH = '', HOME = config.home, LANG, TZ } = childEnvironment(config)
  const only = onlyRef === undefined ? config.only && new Set(config.only.map(formatRef)) : new Set([onlyRef])
  return {
    home: config.home,
    hostName: hostname(),
    version,
    dirs: { logs: config.paths.logs, tokens: config.paths.tokens },
    sessionsSocket: config.paths.sessionsSocket,
    addresses: config.paths.addresses,
    session: {
      command: process.execPath,
      args: [path.join(checkout, 'dist/src/session.js')],
      cwd: config.home,
      env: { PATH, HOME, ...(LANG && { LANG }), ...(TZ && { TZ }), ...THRIFTY_MALLOC },
      program: () => readIfThere(path.join(checkout, BUILD_STAMP)) ?? '',
    },
    browser: { path: browser?.path ?? null, libs: browser?.libs ?? null, sandbox: sandboxOf(config) },
    basePort: config.basePort,
    maxSessions: config.maxSessions ?? 0,
    only,
    force: new Set(onlyRef === undefined ? [] : [onlyRef]),
    storeReadEveryMs: isLocal ? 5_000 : 10_000,
    beatsToStoreEveryMs: isLocal ? 5_000 : 10_000,
    memoryFloorBytes: Math.min(256 * MB, Math.round(hostMeter(config.home)().memoryTotalBytes / 10)),
  }
}
