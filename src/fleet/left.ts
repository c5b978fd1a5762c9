// What a session that does not run left in its journal, shipped by a verb.
import { type Shipped, shipLeftEvents } from '../journal/left-events.js'
import { hasCode } from '../node/codes.js'
import { appendTold } from '../store/append-told.js'
import { storedBatch } from '../store/stored-events.js'
import { sortOf, throwIfTakesNone } from '../store/takes-none.js'
import type { FleetParts, Found } from './parts.js'

/** What the journal of a session that has stopped still holds goes to the store. */
export function shipLeft(parts: FleetParts, { session, tenant, store }: Found, file: string): Promise<Shipped> {
  const home = parts.store.home(parts.homeId)
  const append = async (...said: Parameters<typeof home.append>) => {
    if (parts.live) await appendTold(home, parts.live.arriving, ...said)
    else await home.append(...said)
  }
  const whose = { tenantId: tenant.id, session: session.id }
  return shipLeftEvents(
    file,
    async (left, journal, row) => {
      const { events, ...standing } = storedBatch(tenant.id, session.id, journal, left)
      await append(events, row === null ? [] : [{ session: session.id, journal, row }], standing)
    },
    async (id) => {
      // One that nobody has told the store of is the session's own, unless it is a copy of another session's.
      const kept = (await store.journal(session.id)) ?? (await home.keepJournal(session.id, id).catch(nullIfTaken))
      return kept?.id === id
    },
    // Else a store that takes nothing would have all of it thrown away.
    (row, why) => throwIfTakesNone(home.append, whose, sortOf(row), why, parts.now()),
  )
}

function nullIfTaken(thrown: unknown): null {
  if (hasCode(thrown, 'JOURNAL_TAKEN')) return null
  throw thrown
}
