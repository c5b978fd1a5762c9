// What happened, as the store takes it and answers it.
import type { SessionId } from '../core/ids.js'
import type { Happened } from '../core/live.js'

export interface StoredEvent extends Happened {
  /** Whom it is about, and where it stood: `forget` deletes it. */
  about?: Place & { subject: string }
}

/** Where in a session's life something was said: the lease's epoch, then the journal's row. */
export interface Place {
  /** Null: not known any more. */
  journal: string | null
  epoch: number
  row: number
}

export interface EventQuery {
  session?: SessionId
  type?: string
  since?: Date
  /** Only events after this id: for following. */
  afterId?: string
  limit: number
}

export interface HomeEventQuery {
  /** Only of these; others of the home are passed over. */
  sessions?: SessionId[]
  type?: string
  since?: Date
  /** A `next` of an earlier answer: only what the store took later. Without it the newest ones are meant. */
  after?: string
  limit: number
}

export interface HomeEvents {
  /** In the order the store took them, oldest first. */
  events: StoredEvent[]
  /**
   * Where a follower goes on: behind the newest event that was looked at, of whatever type, so that waiting for a rare
   * type reads nothing twice. It stays good when that event is deleted.
   */
  next: string
}
