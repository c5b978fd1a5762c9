// What the operator's verbs may ask of the running supervisor. With no supervisor there is no Live: states are not live.
import type { SessionId, TenantId } from './ids.js'
import type { Json, JsonObject } from './json.js'
import type { OneTimeLinks } from './one-time-links.js'
import type { StateName, WantedState } from './states.js'

export interface Live {
  sessions(): Map<SessionId, LiveSession>
  /** The host services that the home knows of. */
  services(): LiveService[]
  /** Also one that failed, and waits for a person. SERVICE_UNKNOWN, SERVICE_NOT_WANTED. */
  restartService(name: string): Promise<void>
  /** Begins a new journal in place of one that is gone or damaged. Answers where the old one lies now. */
  recoverService(name: string): Promise<{ setAside: string | null }>
  /** What is wanted has changed: read it now and act. Resolves when it has been read and planned. */
  wake(): Promise<void>
  /** Runs a command of a session. SESSION_NOT_RUNNING, COMMAND_REFUSED. */
  command(id: SessionId, name: string, input: JsonObject): Promise<Json>
  status(): Promise<LiveStatus>
  /** `frota down`: stop everything, keep what is wanted. Answers what would not stop. */
  drain(): Promise<{ stopped: number; left: string[] }>
  /** Takes a `frota down` back that was interrupted: what is wanted runs again. Answers whether there was one. */
  resume(): Promise<{ resumed: boolean }>
  /** A session was removed for good: ship its journal, forget it. Resolves when no process of it is left. */
  retire(id: SessionId): Promise<void>
  /** Does `work` while the session cannot start. SESSION_RUNNING when it runs. */
  whileStopped<T>(id: SessionId, name: string, work: () => Promise<T>): Promise<T>
  /** Before a verb ships what a session left in its journal: a notice among it is told as any other. */
  arriving(events: readonly Happened[]): Arrival
  /** Of this home's sessions. */
  readonly links: OneTimeLinks
  /** Sends a test through every configured channel. */
  testAlerts(): Promise<{ channel: string; error: string | null }[]>
  /** Of a tenant's channels, by name. */
  channels(tenant: TenantId): Map<string, ChannelState>
  /** Sends a test through one of them. Answers why it was not taken; null when it was. */
  testChannel(tenant: TenantId, name: string): Promise<string | null>
}

/** An event as it comes to the store. */
export interface Happened {
  id: string
  tenantId: TenantId
  /** Null: about the tenant or the host. */
  session: SessionId | null
  at: Date
  type: string
  data: JsonObject
}

/** What of a batch is to be told, once it is known what the store says. */
export interface Arrival {
  /** @param fresh those that were new to the store */
  taken(fresh: ReadonlySet<string>): void
  /** Nothing of the batch is in the store. */
  turnedAway(): void
}

/** How a customer's channel does. */
export interface ChannelState {
  /** When it last took a message; null: not yet. */
  sentAt: Date | null
  /** Why it took none since; null: it works, as far as is known. */
  error: string | null
  waiting: number
}

export interface LiveSession {
  state: StateName
  reason: string | null
  since: Date
  pid: number | null
  port: number | null
  rssBytes: number | null
  cpuPercent: number | null
  restarts: number
  lastBeatAt: Date | null
  configVersion: number | null
  /** It runs another build of the program than a restart would give it. */
  oldProgram: boolean
  detail: JsonObject
  retryAt: Date | null
}

export interface LiveService extends LiveSession {
  name: string
  /** The kind that brings it, or `frota`. */
  from: string
  wanted: WantedState
}

export interface LiveStatus {
  supervisor: { pid: number; startedAt: string; rssBytes: number }
  pm2: { pid: number; rssBytes: number } | null
  /** Null when the store answers; else since when it does not and why. */
  storeOutage: { since: string; reason: string } | null
  warnings: string[]
}
