// The parts themselves, for the verbs that must work when no fleet can come up.
import type { Admin } from '../cli/doors.js'
import type { Config } from '../config/config.js'
import { tryLock } from '../processes/lock.js'
import { allDaemonsOf } from '../processes/pm2-daemon.js'
import { browserOf, migrateLocalStore, openKinds, openStore, openVaultOf } from './parts.js'

export function openAdmin(config: Config, checkout: string): Admin {
  return {
    openStore: (driver = config.storeDriver) => openStore({ ...config, storeDriver: driver }, true),
    migrateLocal: async (toCopyInto) =>
      migrateLocalStore({ ...config, storeDriver: 'sqlite' }, await openKinds(config), toCopyInto),
    openVault: (store) => openVaultOf(config, store),
    openKinds: () => openKinds(config),
    browser: () => browserOf(config, checkout),
    lock: (note) => tryLock(config.paths.lock, note),
    daemons: () => allDaemonsOf(config.paths.pm2Home),
  }
}
