// What a kind sees of its session's journal. Types only: sessions and kinds import this without loading anything.
import type { DatabaseSync } from 'node:sqlite'
import type { Json, JsonObject } from '../core/json.js'

/**
 * The session's own small database. Everything written here survives `kill -9`.
 * Inside `transaction` all writes hold or none.
 */
export interface Journal {
  /**
   * Record what happened: kept here until the store has it, and in the store for the plan's days. A type that is frota's
   * own (`session.…`, `intent.…`, `config.…`) throws.
   */
  record(type: string, data: JsonObject, about?: About): void
  /**
   * How a thing stands from now on, until it is kept anew or removed (null): a customer, an order, a conversation. Kept
   * here and in the store, never deleted by age. More than 64 KB of JSON throws.
   */
  keep(collection: string, key: string, data: JsonObject | null, about?: About): void
  /** Deletes the events and records about this subject up to here, in this journal and in the store. */
  forget(subject: string): void
  /** A small table of the kind's own, by key. */
  table<T extends Json>(name: string): Table<T>
  readonly intents: Intents
  /** `work` must not be asynchronous. */
  transaction<T>(work: () => T): T
  /** For kinds whose state is more than keys (the trading core): tables are named `kind_*`. */
  readonly db: DatabaseSync
}

export interface About {
  /** A contact, a customer: whom `forget` deletes. */
  subject?: string
}

export interface Rows<T extends Json> {
  get(key: string): T | undefined
  entries(): [key: string, data: T][]
}

/** The session's own records of one collection, as they stand. */
export type Records = Rows<JsonObject>

export interface KeptRecord {
  collection: string
  key: string
  data: JsonObject
  subject: string | null
}

export interface Table<T extends Json> extends Rows<T> {
  set(key: string, value: T): void
  delete(key: string): void
}

/**
 * Outward acts. Sending and recording cannot be one act, so the intent is written first (synchronous=FULL):
 *
 *   planned → acting → done
 *                    ↘ unknown   after a crash it could not be looked up outside: never repeated, told to a person
 *   planned → dropped            decided against before acting
 *
 * After a restart: `planned` may simply be acted on; `acting` must be looked up outside first. When that says it did not
 * happen, `acting` is called again before the next try. Any other move is a bug and throws.
 */
export interface Intents {
  /** False when this key was planned before, whatever became of it: the caller does nothing. */
  plan(key: string, type: string, data: JsonObject, when?: { notBefore?: Date }): boolean
  /** Call immediately before the outward act. */
  acting(key: string): void
  done(key: string, result?: JsonObject): void
  /** Also records the event `intent.unknown`. */
  unknown(key: string, why: string): void
  drop(key: string, why: string): void
  /**
   * Of one type, `planned` and `acting`: those without a time in the order of their planning, then the others as they
   * come due. With a limit the cost is that of what is answered, not of what is open.
   */
  open(query: OpenQuery): Intent[]
  isOpen(key: string): boolean
  /** @param type without it: of all types */
  openCount(type?: string): number
}

export interface OpenQuery {
  type: string
  /** Only what must be looked up outside. */
  state?: 'acting'
  /** Only those whose time has come by then. Without it also those that still wait. */
  dueAt?: Date
  limit?: number
}

export interface Intent {
  key: string
  type: string
  state: 'planned' | 'acting'
  data: JsonObject
  plannedAt: Date
  /** Null: at once. */
  notBefore: Date | null
}
