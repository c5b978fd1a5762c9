// The sessions this supervisor knows, and the one way a session's life changes: written to the ledger, told to whoever
// listens (heartbeats, history, alerts), all at once.
import { NO_ATTEMPTS } from '../core/backoff.js'
import type { SessionId } from '../core/ids.js'
import type { Desired } from './desired.js'
import type { Ledger } from './ledger.js'
import { type Life, liveOf, newUnit, type Unit } from './unit.js'

export interface Change {
  unit: Unit
  before: Life
}

export interface Roster {
  units(): Unit[]
  get(id: SessionId): Unit | undefined
  /** Makes units for sessions that are new in what is desired; answers those that are no longer in it and not alive. */
  align(desired: ReadonlyMap<SessionId, Desired>, nowMs: number): Unit[]
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
    get: (id) => units.get(id),
    align(desired, nowMs) {
      for (const want of desired.values()) {
        if (units.has(want.id)) continue
        const unit = newUnit(want.id, want.tenantId, want.ref, nowMs, NO_ATTEMPTS)
        units.set(want.id, unit)
        ledger.save(unit)
      }
      return [...units.values()].filter((unit) => !desired.has(unit.id) && !liveOf(unit) && !unit.busy)
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
