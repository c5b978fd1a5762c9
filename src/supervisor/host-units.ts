// A host service is a unit without a store: no row, no lease, no history there. It belongs to the home, and the home's lock
// is its fence: whoever holds that holds all of them, so its epoch is only counted.
import path from 'node:path'
import { formatRef, hostRef, isHostRef, type SessionId, type TenantId } from '../core/ids.js'
import type { History } from './history.js'
import type { Leases } from './leases.js'
import type { SupervisorLog } from './parts.js'
import type { Unit } from './unit.js'

/** Also its own name among people: no session's id has a slash. */
export const hostUnitId = (name: string) => formatRef(hostRef(name)) as SessionId

/** Of no tenant; nothing in a store ever bears it. */
export const NO_TENANT = '_host' as TenantId

export const isHostUnit = ({ ref }: Pick<Unit, 'ref'>): boolean => isHostRef(ref)

/** Where sessions find it, the same after every restart. */
export const hostSocket = (dir: string, name: string) => path.join(dir, `${name}.sock`)

export const leasesOfAll = (ofSessions: Leases): Leases => ({
  ...ofSessions,
  async acquire(unit, run) {
    if (!isHostUnit(unit)) return ofSessions.acquire(unit, run)
    unit.epoch += 1
    return { epoch: unit.epoch, journal: unit.journal }
  },
  release: async (unit, run) => (isHostUnit(unit) ? undefined : ofSessions.release(unit, run)),
})

/** What is seen of a host service goes into the supervisor's own log. */
export const historyOfAll = (ofSessions: History, log: SupervisorLog): History => ({
  ...ofSessions,
  record(unit, type, data) {
    if (!isHostUnit(unit)) return ofSessions.record(unit, type, data)
    log.info(`${formatRef(unit.ref)} ${type}`, data)
  },
})
