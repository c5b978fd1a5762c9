// What a host service is, and what its code is given: a process of the home itself, which the supervisor runs like a
// session, and which belongs to no tenant. This module has no imports at run time: services see its types only.
import type { JsonObject } from '../core/json.js'
import type { Log } from '../core/log.js'
import type { CallAnswer, Route } from '../core/protocol.js'
import type { Secret } from '../core/secret.js'
import type { Journal } from '../journal/types.js'
import type { HookHandler, HookSpec } from './hooks.js'

export interface HostServiceSpec {
  /** Module exporting `run(ctx)`, and nothing heavy before it is called. */
  run: URL
  title?: string
  /** The operator's own (`frota secret set operator NAME`); this service is given these and no others. */
  secrets?: Record<string, 'required' | 'optional'>
  /** What comes from outside over the gateway for the home as a whole. */
  hooks?: Record<string, HookSpec>
  /** `256MB`: above it the service is restarted. 512 MB unless said. */
  maxMemory?: string
  readyWithinMs?: number
  /** The grace after `shutdown`; then the tree is killed. */
  stopWithinMs?: number
}

/** The module named by `HostServiceSpec.run`. `run` ends when `ctx.signal` aborts, within the service's grace. */
export interface HostServiceModule {
  run(ctx: HostServiceContext): Promise<void>
}

export interface HostServiceContext {
  /** Aborted when the service must stop: finish what is in hand, close what is open, return. */
  readonly signal: AbortSignal
  /** What the home has set of it: where a gateway listens. */
  readonly config: Readonly<JsonObject>
  readonly secrets: Readonly<Record<string, Secret>>
  /** Take secrets live that were set, changed or removed; a service that never calls this is restarted then. */
  onSecrets(listener: (secrets: Readonly<Record<string, Secret>>) => void): void
  /** There is no history and there are no records of a host service: what it writes stays here. */
  readonly journal: Pick<Journal, 'table' | 'intents' | 'transaction' | 'db'>
  readonly log: Log
  /** `ready` is this word, nothing else's. `detail` is shown by `frota ls --host`: no secrets in it. */
  report(state: 'starting' | 'ready' | 'degraded', more?: { reason?: string; detail?: JsonObject }): void
  readonly hooks: { on(name: string, handler: HookHandler): void }
  /** The Unix socket where sessions look for it, the same after every restart; it is free when `run` is called. */
  readonly listenAt: string
  /** Its own directory: journal, and whatever it keeps. */
  readonly dirs: { readonly data: string }
  readonly clock: {
    now(): Date
    /** Rejects with the signal's reason when the service stops. */
    sleep(ms: number): Promise<void>
  }
  readonly supervisor: {
    /**
     * Who has hooks, and where it is now: all of them at once, then all again whenever something has changed. While the
     * supervisor is away the last ones stand.
     */
    onRoutes(listener: (routes: readonly Route[]) => void): void
    /** A verb in the name of whoever has this credential. Never rejects: an answer that does not come is a 503. */
    call(asked: { credential: string; verb: string; input: JsonObject }): Promise<CallAnswer>
    /** Since when its loop has not turned, as far as has been heard. */
    lastTickMsAgo(): number
  }
}
