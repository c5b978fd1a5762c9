// The control API's verbs with no supervisor running: on the store, in this process.
import { inProcess } from '../api/in-process.js'
import type { FleetClient, Verb } from '../api/verbs.js'
import { writeErr } from '../cli/output.js'
import type { Config } from '../config/config.js'
import { ensureHome } from '../config/home.js'
import { homeId } from '../config/home-id.js'
import { type OperatorDoor, operatorAt } from '../core/actors.js'
import { UserError } from '../core/errors.js'
import type { Lock } from '../processes/lock.js'
import type { Vault } from '../vault/vault.js'
import { openChecker } from './checker.js'
import { takeHome } from './home-lock.js'
import { fleetOf, migrateIfFree, openKinds, openStore, openVaultOf } from './parts.js'

/** They move or delete a session's files: an `up` from another terminal must not start it on them meanwhile. */
const ALONE: ReadonlySet<Verb> = new Set<Verb>(['sessions.remove', 'sessions.recover', 'sessions.move'])

export async function openLocalClient(
  config: Config,
  { version, checkout, door }: { version: string; checkout: string; door: OperatorDoor },
): Promise<FleetClient> {
  ensureHome(config)
  const kinds = await openKinds(config)
  await migrateIfFree(config, kinds)
  const store = await openStore(config, true)
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
    runCheck: openChecker({ config, checkout, onLog: (level, message) => writeErr(`${level}: ${message}\n`) }),
  })
  const client = inProcess(fleets, operatorAt(door), () => store.close())
  const alone = holdingHome(config)
  return {
    ...client,
    call: (verb, ...input) =>
      ALONE.has(verb) ? alone(() => client.call(verb, ...input)) : client.call(verb, ...input),
  }
}

/** Verbs of the same moment hold the home's lock together. */
function holdingHome(config: Config): <T>(work: () => Promise<T>) => Promise<T> {
  let users = 0
  let lock: Promise<Lock> | undefined
  return async (work) => {
    users += 1
    lock ??= takeOrRefuse(config)
    const taken = lock
    let held: Lock | undefined
    try {
      held = await taken
      return await work()
    } finally {
      users -= 1
      if (lock === taken && (users === 0 || !held)) lock = undefined
      if (users === 0) held?.release()
    }
  }
}

async function takeOrRefuse(config: Config): Promise<Lock> {
  const lock = await takeHome(config, 'a frota command, for a moment')
  if ('release' in lock) return lock
  throw new UserError('FLEET_IS_UP', `The fleet came up meanwhile: ${lock.heldBy}.`, 'try again, once it answers')
}
