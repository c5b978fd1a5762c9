// The control API's verbs with no supervisor running: on the store, in this process.
import { inProcess } from '../api/in-process.js'
import type { FleetClient } from '../api/verbs.js'
import type { Config } from '../config/config.js'
import { ensureHome } from '../config/home.js'
import { homeId } from '../config/home-id.js'
import { type OperatorDoor, operatorAt } from '../core/actors.js'
import type { Vault } from '../vault/vault.js'
import { fleetOf, migrateIfFree, openKinds, openStore, openVaultOf } from './parts.js'

export async function openLocalClient(config: Config, version: string, door: OperatorDoor): Promise<FleetClient> {
  ensureHome(config)
  await migrateIfFree(config)
  const store = await openStore(config, true)
  const kinds = await openKinds(config)
  let vault: Promise<Vault> | undefined
  const fleets = fleetOf({
    config,
    version,
    store,
    kinds,
    live: null,
    vault: () => {
      vault ??= openVaultOf(config, store)
      return vault
    },
    snapshot: () => store.home(homeId(config)).snapshot(),
  })
  return inProcess(fleets, operatorAt(door), () => store.close())
}
