import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACME, aSession, aTenant, NOW, sessionId } from '../../test/a-unit.js'
import type { TenantId } from '../core/ids.js'
import { SEED_PLANS } from '../core/plans.js'
import type { Snapshot } from '../store/store.js'
import { DEFAULT_LIMITS, type WantedRules, wantedOf } from './wanted.js'

const LIMITS = { maxMemoryBytes: 1, readyWithinMs: 1, stopWithinMs: 1 }
const OTHER = 'id-other' as TenantId

const rules = (change: Partial<WantedRules> = {}): WantedRules => ({
  now: new Date(NOW),
  maxSessions: 0,
  only: null,
  force: new Set(),
  reads: (_kind, secret) => secret === 'KEY',
  limitsOf: () => ({ value: {}, version: '' }),
  refusals: () => [],
  check: ({ config, configVersion }) => ({
    ok: true,
    config,
    version: configVersion,
    limits: LIMITS,
    needs: [],
    problem: null,
  }),
  ...change,
})

const snapshot = (change: Partial<Snapshot> = {}): Snapshot => ({
  plans: [...SEED_PLANS],
  tenants: [aTenant()],
  sessions: [aSession('a')],
  secrets: [],
  operatorSecrets: [],
  channels: [],
  dataKeys: new Map(),
  journals: new Map(),
  ...change,
})

const should = (from: Snapshot, how: WantedRules = rules()) =>
  Object.fromEntries([...wantedOf(from, how).values()].map(({ ref, should }) => [ref.name, said(should)]))
const said = (should: { do: string; reason?: string | null }) =>
  should.reason ? `${should.do}: ${should.reason}` : should.do
const bornAt = (minutes: number) => ({ createdAt: new Date(NOW - 3_600_000 + minutes * 60_000) })

test('what is wanted runs, what is not stops', () => {
  const sessions = [aSession('a'), aSession('b', { wanted: 'stopped' })]
  assert.deepEqual(should(snapshot({ sessions })), { a: 'run', b: 'stop' })
})

test('a lowered plan lets the oldest run and the newest wait, and counts only those that are wanted', () => {
  const sessions = [
    aSession('newest', bornAt(30)),
    aSession('stopped', { ...bornAt(0), wanted: 'stopped' }),
    aSession('oldest', bornAt(10)),
  ]
  assert.deepEqual(should(snapshot({ tenants: [aTenant({ plan: 'free' })], sessions })), {
    stopped: 'stop',
    oldest: 'run',
    newest: 'wait: the free plan runs 1 of its sessions at once',
  })
})

test('MAX_SESSIONS is the host’s, over all tenants; the newest wait', () => {
  const other = aTenant({ id: OTHER, slug: 'other' })
  const sessions = [
    aSession('a', bornAt(1)),
    aSession('b', { ...bornAt(2), tenantId: OTHER }),
    aSession('c', bornAt(3)),
  ]
  assert.deepEqual(should(snapshot({ tenants: [aTenant(), other], sessions }), rules({ maxSessions: 2 })), {
    a: 'run',
    b: 'run',
    c: 'wait: this host runs at most 2 sessions (MAX_SESSIONS)',
  })
})

test('a session that fails or waits takes nobody’s place', () => {
  const sessions = [aSession('bad', bornAt(1)), aSession('good', bornAt(2))]
  const check: WantedRules['check'] = (session, entitled) =>
    session.name === 'bad' ? { ok: false, reason: 'no key' } : rules().check(session, entitled)
  assert.deepEqual(should(snapshot({ tenants: [aTenant({ plan: 'free' })], sessions }), rules({ check })), {
    bad: 'fail: no key',
    good: 'run',
  })
})

test('FROTA_ONLY starts what it names and stops the rest with that reason', () => {
  const sessions = [aSession('a'), aSession('b')]
  assert.deepEqual(should(snapshot({ sessions }), rules({ only: new Set(['acme/b']) })), {
    a: 'stop: not named in FROTA_ONLY',
    b: 'run',
  })
})

test('frota run runs its session, also one that is wanted stopped', () => {
  const sessions = [aSession('a', { wanted: 'stopped' }), aSession('b', { wanted: 'stopped' })]
  assert.deepEqual(should(snapshot({ sessions }), rules({ force: new Set(['acme/b']) })), { a: 'stop', b: 'run' })
})

test('a session runs with its own config and limits and the journal that the store knows; a bad config with none', () => {
  const good = { version: 6, limits: LIMITS, needs: ['market'], problem: null }
  const check: WantedRules['check'] = ({ name, config }) =>
    name === 'bad' ? { ok: false, reason: 'no key' } : { ok: true, config, ...good }
  const config = { a: 1 }
  const sessions = [aSession('good', { config, configVersion: 7 }), aSession('bad', { config, configVersion: 7 })]
  const journals = new Map([[sessionId('good'), 'j1']])
  const wanted = [...wantedOf(snapshot({ sessions, journals }), rules({ check })).values()]
  const seen = wanted.map(({ ref, config, configVersion, limits, needs, journalId }) => [
    ref.name,
    { config, configVersion, limits, needs, journalId },
  ])
  assert.deepEqual(Object.fromEntries(seen), {
    good: { config, configVersion: 6, limits: LIMITS, needs: ['market'], journalId: 'j1' },
    bad: { config: {}, configVersion: 7, limits: DEFAULT_LIMITS, needs: [], journalId: null },
  })
})

test('a tenant whose plan has ended waits, with the reason', () => {
  const tenants = [aTenant({ status: 'cancelled' })]
  assert.deepEqual(should(snapshot({ tenants })), { a: 'wait: the plan was cancelled' })
})

test('a change of any secret that a session reads is seen, one of another name, session or tenant is not', () => {
  const secret = (session: string | null, at: number, tenantId = ACME, name = 'KEY') => ({
    tenantId,
    session: session === null ? null : sessionId(session),
    name,
    sealed: '',
    last4: '',
    fingerprint: '',
    updatedAt: new Date(at),
  })
  const version = (...secrets: Snapshot['secrets']) =>
    wantedOf(snapshot({ secrets }), rules()).get(sessionId('a'))?.secretsVersion
  assert.equal(version(secret('b', 1)), '', 'as a session without secrets says it')
  const before = version(secret('a', 1), secret(null, 1))
  assert.notEqual(version(secret('a', 2), secret(null, 1)), before)
  assert.notEqual(version(secret('a', 1), secret(null, 2)), before)
  assert.notEqual(version(secret('a', 1)), before)
  const strange = [secret('b', 9), secret(null, 9, OTHER), secret(null, 9, ACME, 'FOR_ANOTHER_KIND')]
  assert.equal(version(secret(null, 1), secret('a', 1), ...strange), before)
})

test('a session that its plan does not allow waits with the reason and takes nobody’s place; the older ones go first', () => {
  const sessions = [aSession('first', bornAt(1)), aSession('second', bornAt(2)), aSession('third', bornAt(3))]
  const asked: string[] = []
  const refusals: WantedRules['refusals'] = (session, _config, others) => {
    asked.push(`${session.name} beside ${others.map(({ name }) => name).join('+') || 'none'}`)
    return session.name === 'second' ? ['symbols: the plan allows 3', 'keys: the plan allows 1'] : []
  }
  assert.deepEqual(should(snapshot({ sessions }), rules({ refusals })), {
    first: 'run',
    second: 'wait: symbols: the plan allows 3; keys: the plan allows 1',
    third: 'run',
  })
  assert.deepEqual(asked, ['first beside none', 'second beside first', 'third beside first'])
})

test('sessions of other kinds and tenants are not beside it', () => {
  const sessions = [
    aSession('a', { ...bornAt(1), kind: 'another' }),
    aSession('b', { ...bornAt(2), tenantId: OTHER }),
    aSession('c', bornAt(3)),
  ]
  const tenants = [aTenant(), aTenant({ id: OTHER, slug: 'other' })]
  const refusals: WantedRules['refusals'] = (_session, _config, others) => (others.length > 0 ? ['not alone'] : [])
  assert.deepEqual(should(snapshot({ tenants, sessions }), rules({ refusals })), { a: 'run', b: 'run', c: 'run' })
})

test('a session of a tenant or plan that is not there is nobody’s to run', () => {
  assert.deepEqual(should(snapshot({ tenants: [] })), {})
  assert.deepEqual(should(snapshot({ tenants: [aTenant({ plan: 'gone' })] })), {})
})
