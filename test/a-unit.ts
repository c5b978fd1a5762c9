// Ordinary units, and what is wanted of them, for table tests of the supervisor's decisions: a test names only what is special.
import { NO_ATTEMPTS } from '../src/core/backoff.js'
import type { RunId, SessionId, TenantId } from '../src/core/ids.js'
import { type Plan, SEED_PLANS } from '../src/core/plans.js'
import { type Beat, WIRE_VERSION } from '../src/core/protocol.js'
import type { StoredSession, Tenant } from '../src/store/store.js'
import type { World } from '../src/supervisor/plan.js'
import { type Life, type LiveRun, newUnit, type Unit } from '../src/supervisor/unit.js'
import type { Wanted } from '../src/supervisor/wanted.js'

export const NOW = Date.UTC(2026, 0, 15, 12)
export const RUN = 'run-1' as RunId
const MB = 1024 * 1024

export const sessionId = (name: string) => `id-${name}` as SessionId
export const ACME = 'id-acme' as TenantId

export function aBeat(change: Partial<Beat> = {}): Beat {
  return {
    wire: WIRE_VERSION,
    state: 'ready',
    reason: null,
    detail: {},
    since: new Date(NOW).toISOString(),
    port: 3001,
    configVersion: 1,
    limitsVersion: '',
    takesConfigLive: false,
    secretsVersion: '',
    takesSecretsLive: false,
    counters: { eventsPending: 0, intentsOpen: 0, recordsBytes: 0, logLinesDropped: 0 },
    accounts: null,
    ...change,
  }
}

export function aLive(change: Partial<LiveRun> = {}): LiveRun {
  return {
    run: RUN,
    pid: 4711,
    epoch: 1,
    ports: [3001, 3002],
    helloed: true,
    wire: WIRE_VERSION,
    program: 'one',
    configVersion: 1,
    secretsVersion: '',
    limitsVersion: '',
    startedAt: NOW - 5_000,
    beat: aBeat(),
    lastBeatAt: NOW - 1_000,
    readySince: NOW - 4_000,
    wasReady: true,
    ...change,
  }
}

export function aUnit(life: Life, change: Partial<Unit> = {}, name = 'vendas'): Unit {
  const unit = newUnit(sessionId(name), ACME, { tenant: 'acme', name }, NOW, { ...NO_ATTEMPTS })
  return { ...unit, life, ...change }
}

export const ready = (live: Partial<LiveRun> = {}): Life => ({
  state: 'ready',
  since: NOW - 4_000,
  reason: null,
  live: aLive(live),
})

export const stopped: Life = { state: 'stopped', since: NOW, reason: null }

export function seedPlan(slug: string): Plan {
  const plan = SEED_PLANS.find((candidate) => candidate.slug === slug)
  if (!plan) throw new Error(`no plan ${slug}`)
  return plan
}

export function aTenant(change: Partial<Tenant> = {}): Tenant {
  return {
    id: ACME,
    slug: 'acme',
    name: 'Acme',
    plan: 'pro',
    status: 'active',
    planExpiresAt: null,
    createdAt: new Date(NOW - 86_400_000),
    ...change,
  }
}

export function aSession(name: string, change: Partial<StoredSession> = {}): StoredSession {
  return {
    id: sessionId(name),
    tenantId: ACME,
    name,
    displayName: name,
    kind: 'probe',
    config: {},
    configVersion: 1,
    wanted: 'running',
    startRequests: 1,
    restartRequests: 0,
    home: 'home' as StoredSession['home'],
    createdAt: new Date(NOW - 3_600_000),
    ...change,
  }
}

export function aWanted(change: Partial<Wanted> = {}, name = 'vendas'): Wanted {
  return {
    id: sessionId(name),
    tenantId: ACME,
    ref: { tenant: 'acme', name },
    kind: 'probe',
    should: { do: 'run' },
    config: {},
    configVersion: 1,
    secretsVersion: '',
    journalId: null,
    startRequests: 0,
    restartRequests: 0,
    kindLimits: { value: {}, version: '' },
    logDays: 30,
    maxRecordsBytes: 1024 * MB,
    needs: [],
    limits: { maxMemoryBytes: 512 * MB, readyWithinMs: 60_000, stopWithinMs: 8_000 },
    ...change,
  }
}

export const aWorld = (change: Partial<World> = {}): World => ({
  nowMs: NOW,
  startingAtOnce: 4,
  mayNotStart: null,
  draining: false,
  beatsCountFromMs: 0,
  ...change,
})
