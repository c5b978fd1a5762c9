// What a session and its supervisor say to each other: JSON over HTTP on the home's `sessions.sock` (0600).
//
//   POST /hello   { wire, ticket, pid }       → Welcome            once a run; a spent or stale ticket is refused
//   POST /beat    Beat     (Bearer token)     → BeatAnswer         every 5 s and at every change of state
//   POST /secrets {}       (Bearer token)     → OpenedSecrets      after a beat's answer said that there are new ones
//   POST /journal { id }    (Bearer token)    → {}                 once in a session's life, before its kind runs: from
//                                                                  now on this journal and no other is the session's
//   POST /events  { journal, events, keeps,   → { acked: seq }     answered after the store's commit
//                   forgets }
//
// Host services say the same to `services.sock` (0600), where they have no events and a first journal is written down in
// the supervisor's own ledger:
//
//   POST /hello, /beat, /secrets, /journal                      as above; HostWelcome, HostBeatAnswer
//   POST /routes { since }                    → Routes            at once when they are others than `since`, else as soon
//                                                                 as they are, or after a while the same again
//   POST /call   { credential, verb, input }  → CallAnswer        by whoever has the credential
//
// The other way round the session is asked at its own address (FROTA_ADDRESS), with a token of its run for each door:
//
//   POST /commands/NAME           by the supervisor
//   any  /hooks/NAME[/rest][?q]   by the gateway
//
// Its port on 127.0.0.1 is for whoever watches: GET /health, GET /metrics.
import type { RunId, SessionId } from './ids.js'
import type { JournalMark } from './journals.js'
import type { JsonObject } from './json.js'
import type { Batch } from './put-aside.js'
import type { StateName } from './states.js'

/**
 * Of all that stands here, and of the environment a run is started with. One more whenever either side would misunderstand
 * the one of before. `test/upgrade.test.ts` runs the programs of before against this one.
 */
export const WIRE_VERSION = 1
/**
 * A supervisor serves what speaks its own version or the one before, so that an upgrade restarts nobody at once. Whatever
 * else runs is restarted, with the program that lies there now. 0: of before there were versions.
 */
export const servesWire = (version: number | null): boolean =>
  version !== null && version > 0 && (version === WIRE_VERSION || version === WIRE_VERSION - 1)

/** Why a run of such a program is restarted, or waits to be. */
export const notServed = (version: number): string =>
  `its program speaks version ${version}, this supervisor ${WIRE_VERSION}${version > WIRE_VERSION ? ': the supervisor is older and must be restarted' : ''}`

/** In an answer: the supervisor does not serve this program. It ends, and is started again with the one that is there then. */
export const WIRE_UNKNOWN_STATUS = 426

export const BEAT_EVERY_MS = 5_000
export const TICKET_VALID_MS = 60_000
export const LEASE_TTL_MS = 30_000
export const LEASE_RENEW_EVERY_MS = 10_000
/** A session ships at most this many events in one request. */
export const MAX_EVENTS_PER_BATCH = 500
/** Beats and events beyond these are refused. A session keeps to them by itself. */
export const MAX_REASON_CHARS = 1_000
export const MAX_DETAIL_CHARS = 16_000
export const MAX_SECRETS_VERSION_CHARS = 64
export const MAX_ACCOUNTS = 256
export const MAX_ACCOUNT_CHARS = 200
export const MAX_EVENT_TYPE_CHARS = 100
export const MAX_JSON_DEPTH = 32
/** In an answer: this run is not (or no longer) the live copy. The session stops at once and exits 66. */
export const FENCED_STATUS = 409

export interface Welcome {
  token: string
  session: { id: SessionId; tenant: string; name: string }
  run: RunId
  kind: string
  /** file: URL of the module exporting `run(ctx)`. */
  runModule: string
  /** Already validated by the supervisor. */
  config: JsonObject
  configVersion: number
  /** Opened secrets: kept in memory only. */
  secrets: Record<string, string>
  secretsVersion: string
  /** What the plan allows of the kind; the version is another one when anything of it is. */
  limits: Versioned<string>
  /** What the plan allows all its records together. */
  maxRecordsBytes: number
  lease: { epoch: number; confirmedForMs: number }
  /** Sockets of the host services that it needs, by name. */
  services: Record<string, string>
  /** The journal it must find, and how far at least. Null: it never had one; what it opens is told by POST /journal. */
  journal: JournalMark | null
  /** To be tried in this order; the first that binds is the session's port. With all taken it looks for another. */
  ports: number[]
  /** Names of the kind's commands: anything else is 404 without asking the kind. */
  commands: string[]
  /** What the supervisor shows when it calls a command. */
  commandToken: string
  /** Its kind's hooks, by name. */
  hooks: Record<string, { maxBytes: number }>
  /** What the gateway shows when it hands one over; it opens nothing else. */
  hookToken: string
  stopWithinMs: number
  dirs: { data: string; logFile: string; browser: string | null; browserLibs: string | null }
  /** Whether a browser may be started without Chromium's sandbox (root, most containers). */
  browserSandbox: boolean
}

export interface HostWelcome {
  token: string
  /** What the gateway shows when it hands a hook over. */
  hookToken: string
  run: RunId
  /** `gateway` */
  name: string
  runModule: string
  config: JsonObject
  /** Told with every beat: with other settings it is restarted. */
  settingsVersion: string
  secrets: Record<string, string>
  secretsVersion: string
  /** The journal it must find; null: it never had one. */
  journal: JournalMark | null
  epoch: number
  hooks: Record<string, { maxBytes: number }>
  stopWithinMs: number
  /** The Unix socket where sessions look for it. */
  listenAt: string
  dirs: { data: string; logFile: string }
}

export interface HostBeatAnswer {
  /** Since when the supervisor's loop has not turned. */
  lastTickMsAgo: number
  newSecrets: boolean
}

/** One who has hooks: a session, or a host service. */
export interface Route {
  /** Stands for it in public addresses. */
  opaque: string
  /** `acme/shop`, `_host/NAME` */
  session: string
  kind: string
  /** Where its run listens; null while it has none that could answer. */
  address: string | null
  /** What is shown there; empty without an address. */
  token: string
  /** Bounds of its own; null: the gateway's. */
  hooks: { name: string; maxBytes: number | null; perMinute: number | null }[]
}

export interface Routes {
  /** The same for the same routes, also of another supervisor. */
  version: string
  routes: Route[]
}

/** As it would go out over HTTP: 200 with `{ result }`, else with `{ error: { code, message, hint } }`. */
export interface CallAnswer {
  status: number
  body: JsonObject
}

/** All secrets that the session reads, as they are now. */
export interface OpenedSecrets {
  secrets: Record<string, string>
  version: string
}

export interface Beat {
  /** What its program speaks. */
  wire: number
  state: Extract<StateName, 'starting' | 'pairing' | 'ready' | 'degraded' | 'stopping'>
  reason: string | null
  detail: JsonObject
  /** Times this state or its reason changed. ISO 8601. */
  since: string
  port: number | null
  configVersion: number
  limitsVersion: string
  /** The kind listens for new config and limits; otherwise it is restarted with them. */
  takesConfigLive: boolean
  secretsVersion: string
  /** The kind listens for new secrets; otherwise it is restarted with them. */
  takesSecretsLive: boolean
  counters: { eventsPending: number; intentsOpen: number; recordsBytes: number; logLinesDropped: number }
  /**
   * All outside accounts this session turned out to speak for (a phone number after pairing): claimed by the supervisor.
   * Null: this run has not said yet, and what was claimed for the one before stays.
   */
  accounts: string[] | null
}

export interface BeatAnswer {
  lease: { epoch: number; confirmedForMs: number }
  /** Newer than the beat's, for a session that takes it live: either alone is told with the other. */
  newer: { config: Versioned<number>; limits: Versioned<string>; services: Record<string, string> } | null
  /** What the plan allows all its records together; null: as it was told before. */
  maxRecordsBytes: number | null
  /** There are other secrets than the beat's, for a session that takes them live. Their values are asked for apart. */
  newSecrets: boolean
}

export interface Versioned<Version> {
  value: JsonObject
  version: Version
}

/** Where in a session's life something was said: the lease's epoch, then the journal's row. A later one is higher. */
export interface WirePlace {
  /** Row of the session's journal: the order of things. */
  seq: number
  epoch: number
}

export interface WireEvent {
  /** UUIDv7; the store ignores an id it already has. */
  id: string
  seq: number
  at: string
  type: string
  data: JsonObject
  /** Whom it is about, and then also the epoch: `forget` deletes what stands before it. */
  subject?: string
  epoch?: number
}

/** How a thing stands from now on; null: it is gone. */
export interface WireKeep extends WirePlace {
  at: string
  collection: string
  key: string
  data: JsonObject | null
  subject: string | null
}

export interface WireForget extends WirePlace {
  subject: string
}

/** A piece of the outbox, by what its rows are. Each list is in the order of the rows. */
export type WireBatch = Batch<WireEvent, WireKeep, WireForget>

/** The lowest row in it; Infinity when there is nothing. */
export const firstRowOf = ({ events, keeps, forgets }: WireBatch): number =>
  Math.min(...[events, keeps, forgets].flatMap(([first]) => first?.seq ?? []))

/** The highest row in it; 0 when there is nothing. */
export const lastRowOf = ({ events, keeps, forgets }: WireBatch): number =>
  Math.max(0, ...[events, keeps, forgets].map((list) => list.at(-1)?.seq ?? 0))
