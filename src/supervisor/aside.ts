// What was said of a session and cannot be taken, by us or by the store: kept in the ledger, told loudly, and out of the
// way of everything else. With the bounds at the sessions' door it should never happen.
import { formatRef, type SessionId } from '../core/ids.js'
import type { SupervisorParts } from './parts.js'
import type { Roster } from './roster.js'

export interface Refused {
  event: unknown
  why: string
}
export type PutAside = (session: SessionId, refused: Refused[]) => void

export function openAside(parts: SupervisorParts, roster: Roster): PutAside {
  const { ledger, log, alert, now } = parts
  return (session, refused) => {
    const unit = roster.get(session)
    const name = unit ? formatRef(unit.ref) : session
    const at = now()
    for (const { event, why } of refused) ledger.putAside(session, event, why, at)
    const why = refused[0]?.why ?? ''
    const text = `${why}. It is kept in data/ledger.db, table "aside"; everything else goes on.`
    log.error(`${name}: ${refused.length} of what it said cannot be stored: ${text}`)
    alert({
      key: `aside:${session}`,
      level: 'warning',
      title: `${name} says what cannot be stored`,
      text,
      session: name,
      at,
    })
  }
}
