// The store's contract: the truth about tenants, plans, sessions, sealed secrets, leases, heartbeats, history, audit.
// Tenant-scoped by construction: `store.tenant(id).sessions()`; there is no way to ask without choosing.
// The supervisor has its own, separate wide view: `store.home(id)`.
//
// Every method rejects with StoreUnavailable when the store did not answer: no answer means no decision.
//
// What changes something takes the audit entry that tells of it along: both are written in one transaction, or neither.
import type { HomeId, RunId, SessionId, TenantId } from '../core/ids.js'
import type { JournalAck, JournalMark } from '../core/journals.js'
import type { Plan } from '../core/plans.js'
import type { AuditEntry, AuditQuery, AuditTrail } from './audit.js'
import type { StoredChannel, TenantChannels } from './channels.js'
import type { EventQuery, HomeEventQuery, HomeEvents, StoredEvent } from './events.js'
import type { OperatorSecret, OperatorSecrets } from './operator-secrets.js'
import type { RecordQuery, Standing, StoredRecord } from './standing.js'
import type {
  ClaimSource,
  Heartbeat,
  HeldLease,
  LeaseRow,
  NewSession,
  SealedSecret,
  SessionChange,
  StoredSession,
  Tenant,
  TenantChange,
  WantedChange,
} from './stored.js'
import type { TenantCopy } from './tenant-copy.js'
import type { ViewPage, ViewQuery } from './views/page.js'

export type { AuditEntry, AuditQuery, AuditTrail } from './audit.js'
export type { OperatorSecret } from './operator-secrets.js'
export type * from './stored.js'
export type { TenantCopy } from './tenant-copy.js'

export interface Store extends OperatorSecrets {
  readonly driver: 'sqlite' | 'supabase'
  schema(): Promise<{ current: number; latest: number }>
  /** The views of kinds that are there, by name, with the mark of what they were made from. */
  views(): Promise<Map<string, string>>
  /** The vault's key-check value: set once, by whoever comes first; answers what is stored. */
  keyCheck(): Promise<string | undefined>
  setKeyCheck(value: string): Promise<string>
  plans(): Promise<Plan[]>
  putPlan(plan: Plan, audit?: AuditEntry): Promise<void>
  /** PLAN_EXISTS when the slug is taken. */
  addPlan(plan: Plan, audit?: AuditEntry): Promise<void>
  /** PLAN_IN_USE while a tenant has it, also one that is given it at the same moment. */
  removePlan(slug: string, audit?: AuditEntry): Promise<void>
  tenants(): Promise<Tenant[]>
  tenantBySlug(slug: string): Promise<Tenant | undefined>
  /** TENANT_EXISTS when the slug is taken. */
  addTenant(tenant: Tenant, audit?: AuditEntry): Promise<void>
  changeTenant(id: TenantId, change: TenantChange, audit?: AuditEntry): Promise<void>
  /** Deletes the tenant with its sessions, secrets, data key, claims, history. The audit stays. */
  removeTenant(id: TenantId, audit?: AuditEntry): Promise<void>
  /** How many sessions each tenant has, in whatever home; who has none is not in it. */
  sessionCounts(): Promise<Map<TenantId, number>>
  /** An entry of no tenant's, for a change that lies outside the store. */
  audit(entry: AuditEntry): Promise<void>
  /** Of everybody, also of tenants that are gone. */
  auditTrail(query: AuditQuery): Promise<AuditTrail>
  /** Everything about a tenant but its history and heartbeats, read in one go: for `frota db copy`. */
  exportTenant(id: TenantId): Promise<TenantCopy>
  /** All or nothing. TENANT_EXISTS when its id or slug is taken, ACCOUNT_TAKEN when another tenant has a claim of it. */
  importTenant(copy: TenantCopy): Promise<void>
  tenant(id: TenantId): TenantStore
  home(id: HomeId): HomeStore
  close(): Promise<void>
}

export interface TenantStore extends TenantChannels {
  sessions(): Promise<StoredSession[]>
  session(name: string): Promise<StoredSession | undefined>
  /**
   * One atomic statement with the plan's limit, so two at once cannot pass it together.
   * A session of this name and kind that was removed without its data gives its id.
   * SESSION_EXISTS when the name is taken, PLAN_LIMIT when `limit` sessions exist already.
   */
  addSession(session: NewSession, limit: number | null, audit?: AuditEntry): Promise<StoredSession>
  /** A change of config counts `configVersion` up by one. `ifConfigVersion`: CONFIG_CHANGED when someone was faster. */
  changeSession(
    id: SessionId,
    change: SessionChange,
    options?: { ifConfigVersion?: number; audit?: AuditEntry },
  ): Promise<StoredSession>
  /**
   * With its secrets, lease, claims, heartbeat, records and journal; its history stays for the plan's days.
   * `keepData`: its id, records and journal stay for the next one of this name and kind.
   */
  removeSession(id: SessionId, audit?: AuditEntry, options?: { keepData?: boolean }): Promise<void>
  /** `session` null: the tenant's own. */
  secrets(session: SessionId | null): Promise<SealedSecret[]>
  putSecret(secret: SealedSecret, audit?: AuditEntry): Promise<void>
  /** False when there was none: then nothing is told either. */
  removeSecret(session: SessionId | null, name: string, audit?: AuditEntry): Promise<boolean>
  dataKey(): Promise<string | undefined>
  /** Keeps the first one written and answers it. */
  addDataKey(wrapped: string): Promise<string>
  /**
   * Newest first, in the order the store took them: a session's own events keep its journal's order.
   * With `afterId` the *next* `limit` events after it, so that a follower that asks again misses none; '' begins at the
   * oldest.
   */
  events(query: EventQuery): Promise<StoredEvent[]>
  /** By collection and key, the next `limit` of them. */
  records(query: RecordQuery): Promise<StoredRecord[]>
  /** A page of a kind's view. VIEW_MISSING when it is not there, or of another description. */
  view(query: ViewQuery): Promise<ViewPage>
  /** The session's journal and the highest row of it that was acknowledged; null before its first start. */
  journal(session: SessionId): Promise<JournalMark | null>
  /** Who has its lease, or had it last and never let go of it; null: nobody has it. */
  lease(session: SessionId): Promise<HeldLease | null>
  /** From now on this new journal is the session's, whatever was kept before: `frota recover`. */
  replaceJournal(session: SessionId, id: string, audit?: AuditEntry): Promise<void>
  /**
   * HMACs of outside accounts. One atomic statement: replaces what the session claims from this source by these and
   * leaves the other source's, or changes nothing and answers those that another session claims, from whatever source.
   */
  claim(session: SessionId, source: ClaimSource, accounts: string[]): Promise<{ taken: string[] }>
  auditTrail(query: AuditQuery): Promise<AuditTrail>
}

/** The supervisor's wide view of one home. */
export interface HomeStore {
  register(home: { host: string; version: string }): Promise<void>
  /** Everything this home must know to run, read in one go. Only sessions whose `home` is this one. */
  snapshot(): Promise<Snapshot>
  /**
   * What many sessions of this home are to do, of whatever tenant, each with its audit entry: one request, however many
   * there are. Answers those that were changed; a session that is gone, or another home's by now, is left out.
   */
  changeWanted(changes: WantedChange[]): Promise<Set<SessionId>>
  /**
   * Takes a session to this home, its lease freed, its last heartbeat forgotten, and one more start asked for when it is
   * wanted: all of it, or nothing while another home holds the lease, whose holder is then answered.
   * SESSION_MOVED when it is not that home's (any more).
   * @param journal its new journal, which begins here; null: the one that is kept was brought along, or it never had one
   */
  move(
    session: SessionId,
    from: HomeId,
    journal: string | null,
    audit?: AuditEntry,
  ): Promise<{ moved: true } | ({ moved: false } & HeldLease)>
  /**
   * One conditional upsert on the store's clock: takes the lease, with a new and higher epoch, if it is free, expired
   * or this home's own. SESSION_UNKNOWN when the session is not this home's. `untilMs`: when it runs out at the latest, as an instant (epoch ms) on the caller's clock.
   * With it the session's journal as it is kept, read when the lease was ours.
   * @param atLeast the epoch is at least this: what the home counted on its own while the store was away
   */
  acquire(
    session: SessionId,
    run: RunId,
    atLeast?: number,
  ): Promise<{ epoch: number; journal: JournalMark | null } | { heldBy: HomeId; untilMs: number }>
  /** One statement for the whole home; answers the leases still ours. Whoever is missing has lost it. */
  renew(): Promise<LeaseRow[]>
  /** Only when that run still holds it. */
  release(session: SessionId, run: RunId): Promise<void>
  /**
   * Keeps the first one told, and answers the one that is kept. SESSION_UNKNOWN when the session is not this home's,
   * JOURNAL_TAKEN when the journal is another session's.
   */
  keepJournal(session: SessionId, id: string): Promise<JournalMark>
  /**
   * One row a session, newest wins. Rows of sessions that are gone, or another home's by now, are passed over.
   * RowRefused, and nothing written, when the database does not take one of them.
   */
  beat(rows: Heartbeat[]): Promise<void>
  heartbeats(): Promise<Heartbeat[]>
  /**
   * Idempotent by event id; answers after the commit. Events of a tenant that is gone are passed over. RowRefused, and
   * nothing written, when the database does not take one of them.
   * @param acks counted in the same commit; never backwards, and only for the journal that is kept
   * @param standing a keep counts when its place is higher than the key's, and its session exists; a forgetting deletes
   * what stands before its own place, and keeps out what is from before it and comes later. What comes late of a journal,
   * from before its acknowledged row, is passed over.
   * @returns the ids of the notices among them that are new here; one that is not was taken before
   */
  append(events: StoredEvent[], acks?: JournalAck[], standing?: Standing): Promise<Set<string>>
  /** The history of this home's sessions as one, whosever they are: one request, however many there are. */
  events(query: HomeEventQuery): Promise<HomeEvents>
  /** Deletes history older than each tenant's plan keeps. Answers the number of rows. */
  prune(now: Date): Promise<number>
}

export interface Snapshot {
  plans: Plan[]
  tenants: Tenant[]
  sessions: StoredSession[]
  secrets: (SealedSecret & { tenantId: TenantId })[]
  operatorSecrets: OperatorSecret[]
  channels: (StoredChannel & { tenantId: TenantId })[]
  dataKeys: Map<TenantId, string>
  /** The id of each session's journal; its rows are not here, since they change with every batch. */
  journals: Map<SessionId, string>
}

/** The store did not answer (network, server, locked file): an outage, not an empty store. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
  constructor(driver: string, cause: unknown) {
    super(`The ${driver} store did not answer: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

/** Why a store without a key check is no answer to a home that has had sessions: it is not the one they are in. */
export const emptied = () =>
  new Error(
    'it is empty, but this home has had sessions: put its data back; to begin anew, delete data/mirror.sealed and start again',
  )
