// `frota run acme/vendas`: one session in the foreground, without PM2, for debugging. It has the same supervisor, lease
// and journal as ever, so the fleet must be down: two copies never live at once.

import { writeErr } from '../cli/output.js'
import type { Config } from '../config/config.js'
import { ensureHome } from '../config/home.js'
import { homeId } from '../config/home-id.js'
import { operatorAt } from '../core/actors.js'
import { EXIT, UserError } from '../core/errors.js'
import { formatRef, parseRef } from '../core/ids.js'
import { pause } from '../node/waits.js'
import { openForegroundDriver } from '../processes/foreground.js'
import { endKeepers } from '../processes/keeper.js'
import { openLedger } from '../supervisor/ledger.js'
import { startSupervisor } from '../supervisor/supervisor.js'
import { openChecker } from './checker.js'
import { takeHome } from './home-lock.js'
import { fleetOf, migrateLocalStore, openKinds, openStore, openVaultOf } from './parts.js'
import { type Closers, openClosers, supervisorLog, supervisorParts } from './supervision.js'

const LOOK_EVERY_MS = 100

/** Answers 0 when it was stopped by Ctrl-C, 1 when it ended by itself. */
export async function runForeground(config: Config, text: string, program: { version: string; checkout: string }) {
  const ref = formatRef(parseRef(text))
  ensureHome(config)
  const closers = openClosers()
  const lock = await takeHome(config, `frota run ${ref}`)
  if (!('release' in lock)) {
    throw new UserError(
      'FLEET_IS_UP',
      `The fleet is up: ${lock.heldBy}.`,
      'frota down first; or frota logs -f to watch it there',
    )
  }
  closers.add(() => lock.release())
  try {
    // After a double crash one may be waiting: its `up` would start a supervisor again and again while this has the home.
    await endKeepers(config.paths.lock)
    return await runOne(config, ref, program, closers)
  } finally {
    await closers.closeAll()
  }
}

async function runOne(config: Config, ref: string, program: { version: string; checkout: string }, closers: Closers) {
  const kinds = await openKinds(config)
  await migrateLocalStore(config, kinds)
  const store = await openStore(config)
  closers.add(() => store.close())
  const vault = await openVaultOf(config, store)
  const snapshot = () => store.home(homeId(config)).snapshot()
  const { version, checkout } = program
  const runCheck = openChecker({ config, checkout, onLog: (level, message) => writeErr(`${level}: ${message}\n`) })
  const fleet = fleetOf({ config, version, store, kinds, live: null, vault: async () => vault, snapshot, runCheck })
  await fleet.as(operatorAt('cli')).sessions.show({ ref }) // SESSION_UNKNOWN before anything is started
  // Not before: a store that does not answer is waited for, and until here a signal just ends the program.
  let interrupted = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      interrupted = true
    })
  }
  const ledger = openLedger(config.paths.ledger)
  closers.add(() => ledger.close())
  const log = supervisorLog(config)
  closers.add(() => log.close())
  // Also what a library writes past the session's log, or a child of the session.
  const driver = openForegroundDriver(writeErr)
  const supervisor = await startSupervisor(
    supervisorParts({ config, ...program, store, vault, kinds, ledger, driver, log, closers, onlyRef: ref }),
  )
  closers.add(() => supervisor.close())
  const { id } = await sessionOf()
  const one = () => supervisor.live.sessions().get(id)
  let started = false
  for (;;) {
    const seen = one()
    started ||= seen?.pid != null
    if (interrupted || (started && seen?.pid == null) || seen?.state === 'failed') break
    await pause(LOOK_EVERY_MS)
  }
  const last = one()
  await supervisor.live.drain()
  if (interrupted) return EXIT.ok
  throw new UserError('SESSION_ENDED', `${ref} ended: ${last?.reason ?? 'no reason was given'}.`, `frota logs ${ref}`)

  async function sessionOf() {
    const { tenants, sessions } = await snapshot()
    const slugs = new Map(tenants.map((tenant) => [tenant.id, tenant.slug]))
    const found = sessions.find((s) => formatRef({ tenant: slugs.get(s.tenantId) ?? '', name: s.name }) === ref)
    if (!found) throw new UserError('NOT_THIS_HOME', `${ref} does not belong to this home.`)
    return found
  }
}
