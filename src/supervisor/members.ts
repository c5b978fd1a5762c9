// Which sessions are this home's: what is wanted is read, newcomers are taken in, those that were removed are let go.
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../core/errors.js'
import { formatRef, type SessionId } from '../core/ids.js'
import type { Carrier } from './carry.js'
import type { Context } from './context.js'
import { openFarewell } from './farewell.js'
import { isHostUnit } from './host-units.js'
import { liveOf, type Unit } from './unit.js'

export interface Members {
  /** Makes this home known to the store. Not waited for: a store that hangs must not hold up the sessions. */
  register(): void
  read(): Promise<void>
  /** The session's rows are gone or about to go: nothing of it may be left running. */
  retire(id: SessionId): Promise<void>
}

export function openMembers(context: Context, carrier: Carrier): Members {
  const { parts, store, roster, wanted, notices, loops } = context
  const letGo = openFarewell(context)
  const retired = new Set<SessionId>()
  let registered = false
  return { register: () => loops.background('register', register()), read, retire }

  async function register() {
    await store.register({ host: parts.settings.hostName, version: parts.settings.version })
    registered = true
  }

  async function read() {
    await wanted.refresh()
    notices.align()
    if (!registered && !wanted.outage()) loops.background('register', register())
    const gone = roster.align(wanted.units(), parts.now().getTime())
    const snapshot = wanted.snapshot()
    if (!snapshot || wanted.outage()) return
    const leavesNothing = (unit: Unit) => retired.has(unit.id) || isHostUnit(unit)
    await Promise.all(gone.map((unit) => (leavesNothing(unit) ? roster.forget(unit) : letGo(unit, snapshot))))
    for (const id of retired) if (!wanted.sessions().has(id)) retired.delete(id)
  }

  async function retire(id: SessionId) {
    const unit = roster.get(id)
    if (!unit) return
    while (unit.busy) await sleep(20)
    if (liveOf(unit)) await carrier.ended(unit, { exitCode: null, reason: 'removed' })
    if (liveOf(unit)) throw new UserError('NOT_STOPPED', `${formatRef(unit.ref)} could not be ended.`, 'frota logs')
    roster.forget(unit)
    retired.add(id) // its row may still be there for a moment: whoever looks at it knows it anew
  }
}
