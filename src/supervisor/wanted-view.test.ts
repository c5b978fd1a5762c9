import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { aSession, aTenant, seedPlan } from '../../test/a-unit.js'
import { noServices } from '../../test/no-services.js'
import type { Kind } from '../kinds/kind.js'
import { type HomeStore, type Snapshot, type StoredSession, StoreUnavailable } from '../store/store.js'
import type { SupervisorParts } from './parts.js'
import { openWanted } from './wanted-view.js'

const probe = {
  name: 'probe',
  config: z.object({ size: z.int().optional() }),
  run: new URL('file:///nowhere/run.js'),
} as unknown as Kind

const aSnapshot = (sessions: StoredSession[]): Snapshot => ({
  plans: [seedPlan('pro')],
  tenants: [aTenant()],
  sessions,
  secrets: [],
  operatorSecrets: [],
  channels: [],
  dataKeys: new Map(),
  journals: new Map(),
})

/** A store whose answers come when, and in the order, that the test says. */
function aStore(change: Partial<SupervisorParts> = {}) {
  const asked: { answer(sessions: StoredSession[]): void; fail(): void }[] = []
  const store = {
    snapshot: () =>
      new Promise<Snapshot>((resolve, reject) => {
        asked.push({
          answer: (sessions) => resolve(aSnapshot(sessions)),
          fail: () => reject(new StoreUnavailable('supabase', 'away')),
        })
      }),
  } as unknown as HomeStore
  const parts = {
    kinds: { get: () => probe, problems: [], services: new Map() },
    services: noServices('/nowhere'),
    ledger: { keepGoodConfig: () => undefined, goodConfig: () => undefined },
    mirror: null,
    clearAlert: () => undefined,
    settings: { maxSessions: 0, only: null, force: new Set() },
    log: { info: () => undefined, warn: () => undefined },
    now: () => new Date(),
    ...change,
  } as unknown as SupervisorParts
  return { asked, wanted: openWanted(parts, store, { areWanted: () => false }) }
}

test('a slow answer from before a stop does not bring the session back', async () => {
  const { asked, wanted } = aStore()
  const [slow, quick] = [wanted.refresh(), wanted.refresh()]
  asked[1]?.answer([aSession('a', { wanted: 'stopped' })])
  await quick
  asked[0]?.answer([aSession('a', { wanted: 'running' })])
  await slow
  assert.deepEqual(
    [...wanted.sessions().values()].map(({ should }) => should.do),
    ['stop'],
  )
})

test('an answer that fails late is no outage when a later one came', async () => {
  const { asked, wanted } = aStore()
  const [slow, quick] = [wanted.refresh(), wanted.refresh()]
  asked[1]?.answer([])
  await quick
  asked[0]?.fail()
  await slow
  assert.equal(wanted.outage(), null)
})

test('a removed session’s refused config is no longer told', async () => {
  const { asked, wanted } = aStore()
  const bad = wanted.refresh()
  asked[0]?.answer([aSession('a', { config: { size: 'big' } })])
  await bad
  assert.equal(wanted.problems().size, 1)
  const gone = wanted.refresh()
  asked[1]?.answer([])
  await gone
  assert.equal(wanted.problems().size, 0)
})

test('a memory limit over the plan’s is the plan’s', async () => {
  const { asked, wanted } = aStore()
  const read = wanted.refresh()
  asked[0]?.answer([aSession('a', { config: { maxMemory: '4GB' } })])
  await read
  const limits = [...wanted.sessions().values()].map((wanted) => wanted.limits.maxMemoryBytes)
  assert.deepEqual(limits, [seedPlan('pro').maxMemoryBytes])
})

test('a store that hangs at boot is an outage at once: the mirror is gone by until the answer comes', async () => {
  const saved: Snapshot[] = []
  const mirrored = aSnapshot([aSession('a')])
  const mirror = {
    save: (snapshot: Snapshot) => saved.push(snapshot),
    load: () => ({ snapshot: mirrored, at: new Date() }),
  }
  const { asked, wanted } = aStore({ mirror })
  await wanted.begin()
  assert.equal(wanted.snapshot(), mirrored)
  assert.match(wanted.outage()?.reason ?? '', /no answer/)
  assert.equal(wanted.sessions().size, 1)
  asked[0]?.answer([])
  await new Promise(setImmediate)
  assert.deepEqual([wanted.outage(), wanted.sessions().size, saved.length], [null, 0, 1])
})
