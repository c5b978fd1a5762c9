// A session's life. Wanted is what an operator asked for; state is what is observed.
//
//   stopped → starting → (pairing) → ready ⇄ degraded → stopping → stopped
//   waiting  may not start yet: host memory, host limit, plan, lease held elsewhere
//   backoff  crashed, will retry at a known time
//   failed   a person must act; cleared by an explicit start
//   fenced   its lease was lost; retried when the lease is free
import type { JsonObject } from './json.js'

export const STATES = [
  'stopped',
  'waiting',
  'starting',
  'pairing',
  'ready',
  'degraded',
  'stopping',
  'backoff',
  'failed',
  'fenced',
] as const
export type StateName = (typeof STATES)[number]
export type WantedState = 'running' | 'stopped'

/** What needs a look first comes first; the plain ones last. */
export const BY_TROUBLE: readonly StateName[] = [
  'failed',
  'backoff',
  'fenced',
  'degraded',
  'waiting',
  'pairing',
  'starting',
  'stopping',
  'ready',
  'stopped',
]

/** States in which a process of the session may be alive. */
export const ALIVE: ReadonlySet<StateName> = new Set(['starting', 'pairing', 'ready', 'degraded', 'stopping'])

/** Exit codes a session may use; anything else is a crash. */
export const SESSION_EXIT = { done: 0, badConfig: 64, credentials: 65, leaseLost: 66, planLimit: 67 } as const

/** A kind's `run` throws this to end in `failed` (64, 65, 67) instead of being restarted. */
export class SessionExit extends Error {
  override readonly name = 'SessionExit'
  readonly exitCode: number
  constructor(exitCode: number, reason: string) {
    super(reason)
    this.exitCode = exitCode
  }
}

/** One row of `frota ls --json`. A contract: fields are added, never renamed. Times are ISO 8601 UTC. */
export interface LsRow {
  session: string
  tenant: string
  name: string
  kind: string
  wanted: WantedState
  state: StateName
  reason: string | null
  since: string | null
  pid: number | null
  port: number | null
  host: string | null
  /** The whole process tree, Chromium included. */
  rssBytes: number | null
  cpuPercent: number | null
  restarts: number
  lastBeatAt: string | null
  /** The running session has not taken its newest config yet, or runs an older program. */
  outdated: boolean
  /** It runs another build of the program than a restart would give it. */
  oldProgram: boolean
  detail: JsonObject
}
