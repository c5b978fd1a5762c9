// Credentials are resolved to accounts: whatever a host service says, it never is an operator.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aFleet } from '../../test/a-fleet.js'
import { type Actor, operatorAt } from '../core/actors.js'
import type { TenantId } from '../core/ids.js'
import { type Account, answerCalls, CREDENTIAL_KINDS } from './credentials.js'
import { VERBS } from './verbs.js'

const ACME = 'id-acme' as TenantId
const bug = (thrown: unknown) => assert.fail(String(thrown))
const admin: Account = { kind: 'account', name: 'ana', role: 'admin', tenant: null }
const owner: Account = { kind: 'account', name: 'ana@acme', role: 'owner', tenant: ACME }

/** `test_OWNER` is the owner, and so on: as if somebody had once been given them. */
const kindOf = (actors: Record<string, Actor>) => ({
  prefix: 'test_',
  resolve: async (credential: string) => (actors[credential.slice('test_'.length)] ?? null) as Account | null,
})

const codeOf = ({ status, body }: Awaited<ReturnType<ReturnType<typeof answerCalls>>>) => [
  status,
  (body.error as { code?: string } | undefined)?.code ?? null,
]

test('as long as there are no credentials nobody is let in, whatever is said', async (t) => {
  const { fleets } = await aFleet(t)
  const call = answerCalls(fleets, CREDENTIAL_KINDS, bug)
  for (const credential of ['', 'operator', 'operator:cli', 'test_owner', '*'])
    assert.deepEqual(codeOf(await call({ credential, verb: 'tenants.list', input: {} })), [401, 'UNAUTHORIZED'])
})

test('an account does what its role may and reaches nothing else; who it was is in the audit', async (t) => {
  const { fleets, parts } = await aFleet(t)
  const call = answerCalls(fleets, [kindOf({ owner, admin })], bug)
  const asOwner = (verb: string, input = {}) => call({ credential: 'test_owner', verb, input })
  const done = await asOwner('tenants.rename', { slug: 'acme', name: 'Acme S.A.' })
  assert.equal(done.status, 200)
  assert.equal((await parts.store.auditTrail({ limit: 1 })).entries[0]?.actor, 'account:ana@acme')
  assert.deepEqual(codeOf(await asOwner('tenants.show', { slug: 'other' })), [403, 'NOT_YOURS'])
  assert.deepEqual(codeOf(await asOwner('tenants.show', { slug: 7 })), [400, 'BAD_INPUT'])
  assert.deepEqual(codeOf(await asOwner('sessions.show', { ref: 'acme/none' })), [404, 'SESSION_UNKNOWN'])
  assert.deepEqual(codeOf(await asOwner('toString')), [400, 'NO_SUCH_VERB'])
  assert.deepEqual(codeOf(await call({ credential: 'test_gone', verb: 'tenants.list', input: {} })), [
    401,
    'UNAUTHORIZED',
  ])
})

test('no credential reaches an operator’s verb, not even one that is resolved to an operator', async (t) => {
  const { fleets } = await aFleet(t)
  const forged = { ...admin, role: 'operator' } as unknown as Actor
  const call = answerCalls(fleets, [kindOf({ admin, operator: operatorAt('cli'), forged })], bug)
  for (const [verb, { role }] of Object.entries(VERBS)) {
    if (role !== 'operator') continue
    const refused = await call({ credential: 'test_admin', verb, input: {} })
    assert.deepEqual(codeOf(refused), [403, 'ROLE_TOO_LOW'], verb)
  }
  for (const credential of ['test_operator', 'test_forged'])
    assert.deepEqual(codeOf(await call({ credential, verb: 'host.status', input: {} })), [401, 'UNAUTHORIZED'])
})

test('a mistake of ours is told to us, and not to whoever asked', async (t) => {
  const { fleets } = await aFleet(t)
  const told: unknown[] = []
  const broken = { prefix: 'test_', resolve: () => Promise.reject(new Error('the inside of it')) }
  const call = answerCalls(fleets, [broken], (thrown) => told.push(thrown))
  const answer = await call({ credential: 'test_a', verb: 'tenants.list', input: {} })
  assert.deepEqual([answer.status, told.length], [500, 1])
  assert.doesNotMatch(JSON.stringify(answer.body), /inside/)
})
