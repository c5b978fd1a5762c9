// What a kind is, and what its code is given. The menu, the CLI, plans and the vault read the object;
// only the session process loads `run`. This module has no imports at run time: sessions see its types only.
import type { z } from 'zod'
import type { Role } from '../core/actors.js'
import type { Json, JsonObject } from '../core/json.js'
import type { Log } from '../core/log.js'
import type { Notice } from '../core/notices.js'
import type { PairWords } from '../core/one-time-links.js'
import type { Secret } from '../core/secret.js'
import type { ViewSpec } from '../core/views.js'
import type { Journal, Records } from '../journal/types.js'
import type { HookHandler, HookSpec } from './hooks.js'
import type { JobSpec } from './job.js'
import type { HostServiceSpec } from './service.js'

export type { Log } from '../core/log.js'
export type { Notice } from '../core/notices.js'
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
  /** No code can be had for the phone that was named; it is asked for again after a while. */
  refused?: boolean
}

export interface Kind<Config extends z.ZodObject = z.ZodObject, Limits extends z.ZodObject = z.ZodObject> {
  /** `[a-z][a-z0-9-]*`, unique among kinds. */
  name: string
  title: string
  /** Defaults, limits and help texts (`.describe()`); menu forms and CLI flags are drawn from it. */
  config: Config
  /** What plans may limit of this kind (`frota plan set pro NAME.KEY=20`). Every field has a default: the strictest. */
  limits?: Limits
  /** Its limits in the seeded plans, by slug; what is not named is the default. */
  plans?: Record<string, Partial<z.input<Limits>>>
  /**
   * Why the plan does not allow this, one sentence each; empty when it does. Asked when a session is added, its config or
   * a secret is changed, at its start, when a plan is changed, and while it runs.
   */
  refuses?: (asked: Asked<z.output<Config>>, limits: z.output<Limits>) => string[]
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
  /** What a person does to pair it, for the page behind `frota pair --link`. Steps are by language: `pt-BR`, `es`, `en`. */
  pairing?: PairWords
  /** What the world outside may call it for: `/hooks/OPAQUE/NAME` at the gateway. */
  hooks?: Record<string, HookSpec>
  /** Host services that a session needs while it is wanted, by name; by its config when it is a function. */
  needs?: string[] | ((config: z.output<Config>) => string[])
  /** Host services that this kind brings, for its own sessions and for those of other kinds. */
  services?: Record<string, URL | HostServiceSpec>
  /** Long work without a session: `frota KIND JOB`. */
  jobs?: Record<string, JobSpec>
  /** Module exporting `check(ctx)`: `frota check` asks it whether the session has what it needs. */
  check?: URL
  /** Read models over what its sessions keep or record: `messages` of the kind `whatsapp` is `whatsapp_messages` in the store. */
  views?: Record<string, ViewSpec>
  /** Counts `starting` only: `pairing` waits for a person. */
  readyWithinMs?: number
  /** The grace after `shutdown`; then the tree is killed. */
  stopWithinMs?: number
  /** Module exporting `run(ctx)`, and nothing heavy before it is called. A kind without it has jobs only, no sessions. */
  run?: URL
}

/** A session as it stands, or as it would stand after a change. */
export interface Asked<Config = JsonObject> {
  config: Config
  /** Of the secrets that its kind names: those that are set, for it or for its tenant. */
  secretNames: string[]
  /**
   * The tenant's other sessions of this kind: all of them when something is changed; at a start and afterwards those that
   * run, and of these the older ones only, so that after a downgrade it is the newest that wait.
   */
  others: { name: string; config: Config }[]
}

/** The module named by `Kind.run`. `run` ends when `ctx.signal` aborts, within the kind's grace. */
export interface RunModule<Config = JsonObject, Limits = JsonObject> {
  run(ctx: SessionContext<Config, Limits>): Promise<void>
}

export interface SessionContext<Config = JsonObject, Limits = JsonObject> {
  /** Aborted when the session must stop: finish what is in hand, close what is open, return. */
  readonly signal: AbortSignal
  /** `id` is the session's for good: it outlives a new name, and never belongs to another. */
  readonly session: { id: string; tenant: string; name: string; ref: string }
  readonly config: Readonly<Config>
  /**
   * Take new config live: called when the config or what the plan allows (`limits`) has changed. A kind that never calls
   * this is restarted then.
   */
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
  /**
   * Tell the tenant, through its channels, as its plan allows. Written to the journal at once (in the transaction that it
   * is called in) and kept in the history as an event `notice`. The same key is told once, for as long as the history
   * reaches back; it arrives at least once. No secrets in it.
   */
  notify(notice: Notice): void
  readonly lease: {
    /** Higher at every start; part of every outside id that must be unique (client order ids). */
    readonly epoch: number
    /** Ask before every outward write that must not happen twice; false while the store has not answered for a while. */
    confirmed(): boolean
  }
  readonly commands: { on(name: string, handler: (input: JsonObject) => Promise<Json>): void }
  /**
   * Journal what came, then answer: a caller that got no answer, or no 2xx, calls again, with the same id of its own. While
   * the session is down or elsewhere the gateway answers 503 in its place.
   */
  readonly hooks: { on(name: string, handler: HookHandler): void }
  /** The sockets of the host services that the kind needs, by their names. */
  readonly services: Readonly<Record<string, string>>
  /** What the tenant's plan allows of this kind: the kind's own `limits`. */
  readonly limits: Readonly<Limits>
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
