// Who changed what.
import type { JsonObject } from '../core/json.js'

export interface AuditEntry {
  at: Date
  /** Who, as `actorName` says it: `operator:cli`. */
  actor: string
  action: string
  subject: string
  data: JsonObject
}

export interface AuditQuery {
  since?: Date
  /** A `next` of an earlier answer: only what was written after it. Without it the newest ones are meant. */
  after?: string
  limit: number
}

export interface AuditTrail {
  /** Oldest first. */
  entries: AuditEntry[]
  /** Where the next page begins. */
  next: string
}
