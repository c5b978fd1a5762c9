// A session that is no longer this home's: another home took it (`frota move`), or somebody removed its row. It has
// stopped; what its journal still holds goes to the store, its login stays where it lies, and then it is forgotten.
import path from 'node:path'
import { messageOf } from '../core/errors.js'
import { formatRef } from '../core/ids.js'
import { shipLeftEvents } from '../journal/left-events.js'
import { type Snapshot, StoreUnavailable } from '../store/store.js'
import { storedBatch } from '../store/stored-events.js'
import type { Context } from './context.js'
import { liveOf, type Unit } from './unit.js'

export function openFarewell({ parts, roster, history }: Context) {
  const { settings, log } = parts
  return letGo

  /** While the store is away it is kept, and asked about again when the store has been read. */
  async function letGo(unit: Unit, snapshot: Snapshot) {
    if (unit.busy || liveOf(unit)) return
    unit.busy = true
    const name = formatRef(unit.ref)
    const dir = path.join(settings.dirs.tokens, unit.ref.tenant, unit.ref.name)
    try {
      // With its tenant the history went too: the journal then is all there is left of it, and stays whole.
      const hasHistory = snapshot.tenants.some((tenant) => tenant.id === unit.tenantId)
      const eventsShipped = hasHistory ? await ship(unit, path.join(dir, 'journal.db')) : 0
      log.info(`${name} is not this home's any more; what it left stays in ${dir}: frota clean`, { eventsShipped })
      roster.forget(unit)
    } catch (thrown) {
      if (thrown instanceof StoreUnavailable) return
      log.error(
        `${name} is not this home's any more; not all of its journal in ${dir} was shipped: ${messageOf(thrown)}`,
      )
      roster.forget(unit)
    } finally {
      unit.busy = false
    }
  }

  async function ship({ id, tenantId, ref, journal }: Unit, file: string): Promise<number> {
    const { events, damage, refused } = await shipLeftEvents(
      file,
      // Not acknowledged: where the journal was taken along, it is the other home that counts its rows now.
      (left, from) => history.append(storedBatch(tenantId, id, from, left)),
      async (found) => found === journal?.id,
    )
    if (refused.length > 0) log.error(`${formatRef(ref)}: ${refused.length} events no store takes: ${refused[0]}`)
    if (damage !== null) log.warn(`${formatRef(ref)}: what its journal still held could not be read: ${damage}`)
    return events
  }
}
