// What a session tells of itself, as the store keeps it: whose it is, is not the session's to say.
import type { SessionId, TenantId } from '../core/ids.js'
import type { WireEvent } from '../core/protocol.js'
import type { StoredEvent } from './store.js'

export const storedEvents = (tenantId: TenantId, session: SessionId, wire: readonly WireEvent[]): StoredEvent[] =>
  wire.map(({ id, at, type, data }) => ({ id, tenantId, session, at: new Date(at), type, data }))
