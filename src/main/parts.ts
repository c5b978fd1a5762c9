// Concrete drivers, chosen by the config. Only src/main* and src/session.ts name them.
import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { COMMAND_NAMES } from '../cli/command-names.js'
import { browserPath } from '../config/browser.js'
import type { Config } from '../config/config.js'
import { homeId } from '../config/home-id.js'
import { UserError } from '../core/errors.js'
import type { Live } from '../core/live.js'
import { createFleet, type Fleets } from '../fleet/fleet.js'
import type { RunCheck } from '../fleet/parts.js'
import { builtInKinds } from '../kinds/index.js'
import { type Kinds, loadKinds } from '../kinds/load.js'
import { viewsOf } from '../kinds/views.js'
import { type HostStatus, hostMeter } from '../processes/host.js'
import { tryLock } from '../processes/lock.js'
import { findMarked } from '../processes/proc.js'
import { closedUserNamespaces } from '../processes/user-namespaces.js'
import { builtInServices } from '../services/index.js'
import type { Snapshot, Store } from '../store/store.js'
import { openVault, type Vault } from '../vault/vault.js'

/** In the home's data directory. */
export const MIRROR_FILE = 'mirror.sealed'

/** @param brief for one command, which may have it alone: on a full disk it can then still be read */
export async function openStore(config: Config, brief = false): Promise<Store> {
  if (config.storeDriver === 'sqlite') {
    const { openSqliteStore } = await import('../store/sqlite.js')
    return openSqliteStore(config.paths.db, brief)
  }
  if (!config.supabase)
    throw new UserError('NO_SUPABASE', 'FROTA_STORE=supabase needs SUPABASE_URL and SUPABASE_SECRET_KEY.')
  const { openSupabaseStore } = await import('../store/supabase.js')
  return openSupabaseStore({ url: config.supabase.url, key: config.supabase.key.reveal() })
}

/**
 * Only for whoever holds the home's lock. With Supabase the operator migrates: `frota db migrate`.
 * @param kinds whose views are made as well
 * @param toCopyInto the home's sessions are in another store: there never was a database, or it is to be made again
 */
export async function migrateLocalStore(config: Config, kinds: Kinds, toCopyInto = false): Promise<void> {
  if (config.storeDriver !== 'sqlite') return
  if (!toCopyInto) throwIfDatabaseIsGone(config)
  const { migrateSqlite } = await import('../store/sqlite.js')
  migrateSqlite(config.paths.db, viewsOf(kinds.list()))
}

/** A lost file is not an empty store: made anew, it would tell the supervisor to stop every session as removed. */
function throwIfDatabaseIsGone({ paths }: Config): void {
  const { db, ledger } = paths
  if (existsSync(db) || !existsSync(ledger)) return
  const message = `The database ${db} is gone, but this home has had sessions.`
  throw new UserError('DATABASE_GONE', message, `put it back from your backup; to begin anew, delete ${ledger} too`)
}

/** For the in-process door: makes or migrates the database, or waits for whoever has the home and is doing it. */
export async function migrateIfFree(config: Config, kinds: Kinds): Promise<void> {
  const giveUpAt = performance.now() + OTHERS_MIGRATE_WITHIN_MS
  for (;;) {
    const lock = tryLock(config.paths.lock, 'frota (migrating)')
    if ('release' in lock) {
      try {
        return await migrateLocalStore(config, kinds)
      } finally {
        lock.release()
      }
    }
    if (config.storeDriver !== 'sqlite' || (await isMigrated(config)) || performance.now() > giveUpAt) return
    await sleep(50)
  }
}

const OTHERS_MIGRATE_WITHIN_MS = 10_000

async function isMigrated(config: Config): Promise<boolean> {
  const store = await openStore(config, true)
  try {
    const { current, latest } = await store.schema()
    return current === latest
  } finally {
    await store.close()
  }
}

export const openKinds = (config: Config): Promise<Kinds> =>
  loadKinds(builtInKinds, [...config.kinds], config.home, { services: builtInServices, reserved: COMMAND_NAMES })

export function openVaultOf(config: Config, store: Store): Promise<Vault> {
  return openVault({
    masterKey: config.masterKey,
    keyFile: config.paths.keyFile,
    store,
    storeIsLocal: store.driver === 'sqlite',
  })
}

export const browserOf = (config: Config, checkout: string) =>
  browserPath({ ...(config.chromium !== null && { chromium: config.chromium }), buildDir: `${checkout}/.build` })

/** Of `try`: tried now, which starts a process. */
export const sandboxOf = ({ browserSandbox }: Config): boolean =>
  browserSandbox === 'try' ? closedUserNamespaces() === null : browserSandbox === 'on'

export interface FleetOptions {
  config: Config
  version: string
  store: Store
  kinds: Kinds
  live: Live | null
  /** The supervisor's own look at the host; one is taken when there is none. */
  host?: () => HostStatus
  vault(): Promise<Vault>
  snapshot(): Promise<Snapshot>
  runCheck: RunCheck
}

export function fleetOf({ config, host, version, ...parts }: FleetOptions): Fleets {
  const { data, logs, tokens } = config.paths
  return createFleet({
    ...parts,
    homeId: homeId(config),
    settings: {
      version,
      home: config.home,
      hostName: hostname(),
      defaultPlan: config.defaultPlan,
      publicUrl: config.gateway.publicUrl,
      gateway: config.gateway.mode,
      dirs: { logs, tokens, data },
    },
    host: host ?? hostMeter(config.home),
    findMarked: () => findMarked(config.home),
    now: () => new Date(),
  })
}
