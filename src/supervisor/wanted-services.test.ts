import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aWanted } from '../../test/a-unit.js'
import { type BuiltInService, readHostService } from '../kinds/host-services.js'
import { LINGER_MS, NOT_NEEDED, type ServiceRules, wantedServices } from './wanted-services.js'

const run = new URL('file:///nowhere.js')
const SERVICES: Record<string, BuiltInService> = {
  gateway: { run, facesTheWorld: true },
  market: { run, maxMemory: '1GB', stopWithinMs: 2_000 },
  billing: { run, secrets: { 'PAY_*': 'required' }, hooks: { paid: { help: 'A payment' } } },
}

const rules = (change: Partial<ServiceRules> = {}): ServiceRules => ({
  known: new Map(Object.entries(SERVICES).map(([name, spec]) => [name, readHostService(name, spec, 'frota')])),
  settings: new Map(),
  hasLinks: false,
  hasHooks: (kind) => kind === 'hooked',
  secrets: { names: () => ['PAY_KEY', 'OTHER'], version: (names) => names.join(), open: () => ({}) },
  restartRequests: new Map(),
  neededAt: new Map(),
  nowMs: 0,
  ...change,
})

/** What each should do, by name, in one line; what nothing needs is left out. */
function said(...[sessions, given]: Parameters<typeof wantedServices>): Record<string, string> {
  const should = [...wantedServices(sessions, given).values()].map(({ ref, should }) => [
    ref.name,
    'reason' in should ? `${should.do}: ${should.reason}` : should.do,
  ])
  return Object.fromEntries(should.filter(([, words]) => words !== `stop: ${NOT_NEEDED}`))
}

const needing = (...needs: string[]) => aWanted({ needs })
const off = { mode: 'off', config: {} } as const
const on = { mode: 'on', config: {} } as const

test('a service runs while a session that should run needs it, and the gateway while anybody has hooks, or somebody a link to follow', () => {
  const waits = aWanted({ needs: ['market'], kind: 'hooked', should: { do: 'wait', reason: 'full' } })
  assert.deepEqual(said([], rules()), {})
  assert.deepEqual(said([aWanted(), waits], rules()), {})
  assert.deepEqual(said([needing('market')], rules()), { market: 'run' })
  assert.deepEqual(said([aWanted({ kind: 'hooked' })], rules()), { gateway: 'run' })
  assert.deepEqual(said([needing('billing')], rules()), { gateway: 'run', billing: 'run' })
  assert.deepEqual(said([], rules({ hasLinks: true })), { gateway: 'run' })
})

test('the settings of the home go before what is needed', () => {
  const settings = new Map([['gateway', off]])
  const switchedOff = 'stop: switched off in the settings of the home'
  assert.deepEqual(said([needing('gateway')], rules({ settings })), { gateway: switchedOff })
  assert.deepEqual(said([], rules({ settings: new Map([['market', on]]) })), { market: 'run' })
})

test('what nothing needs any more is left running for a while: a session may only be starting again', () => {
  const neededAt = new Map<string, number>()
  assert.deepEqual(said([needing('market')], rules({ neededAt, nowMs: 1_000 })), { market: 'run' })
  assert.deepEqual(said([], rules({ neededAt, nowMs: 1_000 + LINGER_MS })), { market: 'run' })
  assert.deepEqual(said([], rules({ neededAt, nowMs: 1_001 + LINGER_MS })), {})
})

test('a service without a secret that it must have says which, and how it is set', () => {
  const secrets = { names: () => ['OTHER'], version: () => '', open: () => ({}) }
  assert.equal(
    said([needing('billing')], rules({ secrets })).billing,
    "fail: needs the operator's secret PAY_*: frota secret set operator PAY_*",
  )
})

test('it is another one to the supervisor when its settings or its own secrets change, and by nothing else', () => {
  const one = (change: Partial<ServiceRules> = {}) => {
    const found = [...wantedServices([needing('billing', 'market')], rules(change)).values()]
    return Object.fromEntries(found.map((wanted) => [wanted.ref.name, wanted]))
  }
  const before = one()
  assert.deepEqual([before.billing?.secretsVersion, before.market?.secretsVersion], ['PAY_KEY', ''])
  assert.equal(one().market?.kindLimits.version, before.market?.kindLimits.version)
  const settings = new Map([['market', { mode: 'auto', config: { port: 1 } } as const]])
  assert.notEqual(one({ settings }).market?.kindLimits.version, before.market?.kindLimits.version)
  assert.equal(one({ restartRequests: new Map([['market', 3]]) }).market?.restartRequests, 3)
  assert.deepEqual(before.market?.limits, { maxMemoryBytes: 1024 ** 3, readyWithinMs: 60_000, stopWithinMs: 2_000 })
  assert.equal(before.billing?.limits.maxMemoryBytes, 512 * 1024 ** 2)
})
