// The units this supervisor knows, sessions and host services, and the one way a unit's life changes: written to the ledger, told to whoever
// listens (heartbeats, history, alerts), all at once.
import { NO_ATTEMPTS } from '../core/backoff.js'
import type { SessionId } from '../core/ids.js'
import { isHostUnit } from './host-units.js'
import type { Ledger } from './ledger.js'
import { type Life, liveOf, newUnit, type Unit } from './unit.js'
import type { Wanted } from './wanted.js'

export interface Change {
  unit: Unit
  before: Life
}

export interface Roster {
  units(): Unit[]
  /** Those that have a row in the store. */
  sessions(): Unit[]
  get(id: SessionId): Unit | undefined
  /** Makes units for those that are new in what is wanted; answers those that are no longer in it and not alive. */
  align(wanted: ReadonlyMap<SessionId, Wanted>, nowMs: number): Unit[]
  change(unit: Unit, life: Life): void
  save(unit: Unit): void
  forget(unit: Unit): void
  onChange(listener: (change: Change) => void): void
}

export function openRoster(ledger: Ledger): Roster {
  const units = new Map<SessionId, Unit>()
  const listeners: ((change: Change) => void)[] = []
  for (const kept of ledger.units().values())
    units.set(kept.id, { ...kept, journal: kept.journal ?? null, usage: null, busy: false })
  return {
    units: () => [...units.values()],
    sessions: () => [...units.values()].filter((unit) => !isHostUnit(unit)),
    get: (id) => units.get(id),
    align(wanted, nowMs) {
      for (const { id, tenantId, ref } of wanted.values()) {
        if (units.has(id)) continue
        const unit = newUnit(id, tenantId, ref, nowMs, NO_ATTEMPTS)
        units.set(id, unit)
        ledger.save(unit)
      }
      return [...units.values()].filter((unit) => !wanted.has(unit.id) && !liveOf(unit) && !unit.busy)
    },
    change(unit, life) {
      const before = unit.life
      unit.life = life
      ledger.save(unit)
      for (const listener of listeners) listener({ unit, before })
    },
    save: (unit) => ledger.save(unit),
    forget(unit) {
      units.delete(unit.id)
      ledger.drop(unit.id)
    },
    onChange: (listener) => listeners.push(listener),
  }
}
