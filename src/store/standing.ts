// What a session keeps, as the store takes it and answers it: how things stand, and who is to be forgotten.
import type { SessionId, TenantId } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import type { Batch } from '../core/put-aside.js'
import type { Place, StoredEvent } from './events.js'

export type { Place } from './events.js'

/** From now on the thing stands like this; null: it is gone. */
export interface StoredKeep extends Place {
  tenantId: TenantId
  session: SessionId
  collection: string
  key: string
  data: JsonObject | null
  subject: string | null
  at: Date
}

export interface StoredForget extends Place {
  tenantId: TenantId
  session: SessionId
  subject: string
}

export type Standing = Omit<StoredBatch, 'events'>
export type StoredBatch = Batch<StoredEvent, StoredKeep, StoredForget>

export interface RecordQuery {
  session: SessionId
  collection?: string
  /** Only what comes after this one. */
  after?: { collection: string; key: string }
  /** Also those that are gone: their `data` is null. */
  withRemoved?: boolean
  limit: number
}

export interface StoredRecord {
  collection: string
  key: string
  data: JsonObject | null
  subject: string | null
  updatedAt: Date
  epoch: number
  row: number
}
