// What a kind is, and what its code is given. The menu, the CLI, plans and the vault read the object;
// only the session process loads `run`. This module has no imports at run time: sessions see its types only.
import type { z } from 'zod'
import type { Role } from '../core/actors.js'
import type { Json, JsonObject } from '../core/json.js'
import type { Entitlements } from '../core/plans.js'
import type { Secret } from '../core/secret.js'
import type { Journal, Records } from '../journal/types.js'

export type { About, Intent, Intents, Journal, Records, Table } from '../journal/types.js'

export interface CommandSpec {
  input: z.ZodObject
  help: string
  /** The lowest that may use it; `member` unless said. */
  role?: Role
}

/** What a command named `pair` answers, at once: `frota pair` and the menu ask again and again until it is paired. */
export interface PairAnswer {
  paired: boolean
  account?: string | null
  /** Shown to a person, never stored. */
  qr?: { code: string; attempt: number }
  linkCode?: string
  reason?: string
}

export interface Kind<Config extends z.ZodObject = z.ZodObject> {
  /** `[a-z][a-z0-9-]*`, unique among kinds. */
  name: string
  title: string
  /** Defaults, limits and help texts (`.describe()`); menu forms and CLI flags are drawn from it. */
  config: Config
  /** The lowest role that may set a config field; `owner` where nothing is said. */
  setBy?: Partial<Record<keyof z.output<Config> & string, Role>>
  /** With a star (`BOT_*`) all names that fit: they may be added while it runs. Required then means one of them. */
  secrets?: Record<string, 'required' | 'optional'>
  /**
   * Outside accounts (`bot:123`, `wallet:0x…`) that no second session may use, known before it starts; others are
   * reported. Given the secrets that the kind reads, by their full names.
   */
  claims?: (config: z.output<Config>, secrets: Record<string, string>) => string[]
  /** Addresses (`https://api.example.com`) that a session with this config needs: `frota doctor` tries to connect. */
  reaches?: (config: z.output<Config>) => string[]
  commands?: Record<string, CommandSpec>
  /** Counts `starting` only: `pairing` waits for a person. */
  readyWithinMs?: number
  /** The grace after `shutdown`; then the tree is killed. */
  stopWithinMs?: number
  /** Module exporting `run(ctx)`, and nothing heavy before it is called. */
  run: URL
}

/** The module named by `Kind.run`. `run` ends when `ctx.signal` aborts, within the kind's grace. */
export interface RunModule<Config = JsonObject> {
  run(ctx: SessionContext<Config>): Promise<void>
}

export interface SessionContext<Config = JsonObject> {
  /** Aborted when the session must stop: finish what is in hand, close what is open, return. */
  readonly signal: AbortSignal
  readonly session: { tenant: string; name: string; ref: string }
  readonly config: Readonly<Config>
  /** Take new config live. A kind that never calls this is restarted when its config changes. */
  onConfig(listener: (config: Readonly<Config>) => void): void
  /** As they are now, by their full names. */
  readonly secrets: Readonly<Record<string, Secret>>
  /** Take secrets live that were set, changed or removed. A kind that never calls this is restarted when one of them is. */
  onSecrets(listener: (secrets: Readonly<Record<string, Secret>>) => void): void
  readonly journal: Journal
  /** What this session kept in one collection, as it stands: read locally, and there again after `frota recover`. */
  records(collection: string): Records
  readonly log: Log
  /**
   * Say how it goes. `ready` is this word, nothing else's. `starting`: on the way to it again, with the kind's ready
   * deadline counted anew.
   * `detail` is shown by `ls` and stored: no secrets in it. `accounts`: all that it speaks for now, claimed for this
   * session in place of those reported before, so that no other session speaks for the same phone number or wallet.
   * Without `accounts` nothing changes.
   */
  report(
    state: 'starting' | 'pairing' | 'ready' | 'degraded',
    more?: { reason?: string; detail?: JsonObject; accounts?: string[] },
  ): void
  readonly lease: {
    /** Higher at every start; part of every outside id that must be unique (client order ids). */
    readonly epoch: number
    /** Ask before every outward write that must not happen twice; false while the store has not answered for a while. */
    confirmed(): boolean
  }
  readonly commands: { on(name: string, handler: (input: JsonObject) => Promise<Json>): void }
  readonly entitlements: Entitlements
  readonly dirs: {
    /** The session's own directory: login, browser profile, journal. */
    readonly data: string
    /** Chromium's executable, when the host has one. */
    readonly browser: string | null
    /** Shared libraries for it (LD_LIBRARY_PATH), when the host lacks them. */
    readonly browserLibs: string | null
    readonly browserSandbox: boolean
  }
  readonly clock: {
    now(): Date
    /** Rejects with the signal's reason when the session stops. */
    sleep(ms: number): Promise<void>
  }
}

export interface Log {
  debug(message: string, fields?: JsonObject): void
  info(message: string, fields?: JsonObject): void
  warn(message: string, fields?: JsonObject): void
  error(message: string, fields?: JsonObject): void
}
