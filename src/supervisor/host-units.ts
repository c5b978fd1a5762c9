// A host service is a unit without a store: no row, no lease, no history there. It belongs to the home, and the home's lock
// is its fence: whoever holds that holds all of them, so its epoch is only counted.
import path from 'node:path'
import { formatRef, hostRef, isHostRef, type SessionId, type TenantId } from '../core/ids.js'
import type { Unit } from './unit.js'

/** Also its own name among people: no session's id has a slash. */
export const hostUnitId = (name: string) => formatRef(hostRef(name)) as SessionId

/** Of no tenant; nothing in a store ever bears it. */
export const NO_TENANT = '_host' as TenantId

export const isHostUnit = ({ ref }: Pick<Unit, 'ref'>): boolean => isHostRef(ref)

/** Where sessions find it, the same after every restart. */
export const hostSocket = (dir: string, name: string) => path.join(dir, `${name}.sock`)
