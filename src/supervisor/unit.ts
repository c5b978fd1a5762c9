// What the supervisor remembers of one session while it runs. State is a union that cannot lie:
// whatever may have a process has a run; a failed one has a reason; a waiting one knows why.
import type { Attempts } from '../core/backoff.js'
import type { RunId, SessionId, SessionRef, TenantId } from '../core/ids.js'
import type { JournalMark } from '../core/journals.js'
import type { LiveSession } from '../core/live.js'
import type { Beat } from '../core/protocol.js'

/** A live run: from the spawn until nothing with its marker is left. Times are epoch milliseconds. */
export interface LiveRun {
  run: RunId
  pid: number
  epoch: number
  /** Offered to it at hello. */
  ports: number[]
  /** Its ticket is spent. */
  helloed: boolean
  /** What its program speaks; null until it has said so. */
  wire: number | null
  /** Which program it was started with; '' when nobody can say. */
  program: string
  configVersion: number
  secretsVersion: string
  limitsVersion: string
  startedAt: number
  /** Null until the first. */
  beat: Beat | null
  lastBeatAt: number
  /** Since when it has been `ready` or `pairing` without a break. */
  readySince: number | null
  wasReady: boolean
}

export type Life =
  | { state: 'stopped'; since: number; reason: string | null }
  | { state: 'waiting'; since: number; reason: string; retryAt: number }
  | { state: 'starting' | 'pairing' | 'ready' | 'degraded'; since: number; reason: string | null; live: LiveRun }
  | { state: 'stopping'; since: number; reason: string; live: LiveRun; killAt: number; next: AfterStop }
  | { state: 'backoff'; since: number; reason: string; retryAt: number }
  | { state: 'fenced'; since: number; reason: string; retryAt: number }
  /** `clears`: by an explicit start, or by itself once the config is valid again. `exitCode`: with which it said so. */
  | { state: 'failed'; since: number; reason: string; clears: 'start' | 'config'; exitCode?: number }

/** What a stop was for. */
export type AfterStop =
  | { state: 'stopped'; reason: string | null }
  | { state: 'waiting'; reason: string }
  | { state: 'failed'; reason: string; clears: 'start' | 'config' }
  /** Its lease was lost: tried again, for as long as another home has it in vain. */
  | { state: 'fenced'; reason: string }
  /** `byRule`: not asked for by anybody; a person is told. */
  | { state: 'restart'; byRule: boolean }

export interface Unit {
  readonly id: SessionId
  readonly tenantId: TenantId
  readonly ref: SessionRef
  life: Life
  attempts: Attempts
  /** Starts after the first, for `ls`. */
  restarts: number
  /** Explicit requests already obeyed. */
  startRequestsSeen: number
  restartRequestsSeen: number
  startedAt: number | null
  stoppedAt: number | null
  usage: Usage | null
  /** An action is under way: nothing is planned for it until that has ended. */
  busy: boolean
  epoch: number
  lastPort: number | null
  /** Outside accounts that this run turned out to speak for, claimed for it; null: it has not said, or not yet claimed. */
  accounts: string[] | null
  /** As the store kept it at the last start, and what was acknowledged since; null before the first. */
  journal: JournalMark | null
}

export interface Usage {
  rssBytes: number
  cpuPercent: number
  /** Since when the CPU has been over the rule; null when it is not. */
  hotSince: number | null
  reniced: boolean
}

export const liveOf = (unit: Unit): LiveRun | null => ('live' in unit.life ? unit.life.live : null)

/**
 * As the operator's verbs see it.
 * @param problem with its config
 * @param program which a start would run now; '' when nobody can say
 */
export function liveSession(unit: Unit, problem: string | undefined, program: string): LiveSession {
  const live = liveOf(unit)
  const { life } = unit
  return {
    state: life.state,
    reason: life.reason || (live && problem) || null,
    since: new Date(life.since),
    pid: live?.pid || null,
    port: live?.beat?.port ?? null,
    rssBytes: unit.usage?.rssBytes ?? null,
    cpuPercent: unit.usage === null ? null : Math.round(unit.usage.cpuPercent * 10) / 10,
    restarts: unit.restarts,
    lastBeatAt: live?.beat ? new Date(live.lastBeatAt) : null,
    configVersion: live ? (live.beat?.configVersion ?? live.configVersion) : null,
    oldProgram: live !== null && program !== '' && live.program !== '' && live.program !== program,
    detail: live?.beat?.detail ?? {},
    retryAt: 'retryAt' in life && life.retryAt > 0 ? new Date(life.retryAt) : null,
  }
}

export function newUnit(id: SessionId, tenantId: TenantId, ref: SessionRef, nowMs: number, attempts: Attempts): Unit {
  return {
    id,
    tenantId,
    ref,
    life: { state: 'stopped', since: nowMs, reason: null },
    attempts,
    restarts: 0,
    startRequestsSeen: 0,
    restartRequestsSeen: 0,
    startedAt: null,
    stoppedAt: null,
    usage: null,
    busy: false,
    epoch: 0,
    lastPort: null,
    accounts: null,
    journal: null,
  }
}
