// What a session tells of itself, as the store keeps it: whose it is, is not the session's to say.
import type { SessionId, TenantId } from '../core/ids.js'
import type { WireBatch } from '../core/protocol.js'
import type { StoredEvent } from './events.js'
import type { StoredBatch } from './standing.js'

/** @param journal the one it comes from */
export function storedBatch(
  tenantId: TenantId,
  session: SessionId,
  journal: string | null,
  { events, keeps, forgets }: WireBatch,
): StoredBatch {
  const place = ({ seq, epoch }: { seq: number; epoch: number }) => ({ journal, epoch, row: seq })
  return {
    events: events.map(({ id, at, type, data, subject, seq, epoch = 0 }): StoredEvent => {
      const event = { id, tenantId, session, at: new Date(at), type, data }
      return subject === undefined ? event : { ...event, about: { subject, ...place({ seq, epoch }) } }
    }),
    keeps: keeps.map(({ at, collection, key, data, subject, ...where }) => {
      return { tenantId, session, collection, key, data, subject, at: new Date(at), ...place(where) }
    }),
    forgets: forgets.map(({ subject, ...where }) => ({ tenantId, session, subject, ...place(where) })),
  }
}
