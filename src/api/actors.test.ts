// Who may do what, and who is said to have done it: over every verb there is, so that a new one cannot be forgotten.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { aFleet } from '../../test/a-fleet.js'
import { aSession } from '../../test/a-unit.js'
import { type Actor, mayAct, operatorAt, ROLES, type Role } from '../core/actors.js'
import { UserError } from '../core/errors.js'
import { healthOf } from '../core/health.js'
import type { HomeId, TenantId } from '../core/ids.js'
import { connectToSupervisor } from './client.js'
import { listenForOperators } from './server.js'
import { callVerb, VERBS, type Verb } from './verbs.js'

const A = { ref: 'acme/a' }
const ACME = { slug: 'acme' }
const BOTH = { refs: ['acme/'] }
const HOOK = { channel: 'webhook', settings: { url: 'https://example.com/' }, secret: null }
const TOKEN = { scope: 'acme/a', name: 'BOT_TOKEN' }

/** In an order in which each can be done; with what it is told as, when it changes something. */
const CALLS: [Verb, object, action?: string][] = [
  ['tenants.list', {}],
  ['tenants.show', ACME],
  ['tenants.add', { slug: 'other' }, 'tenant.add'],
  ['tenants.rename', { ...ACME, name: 'Acme S.A.' }, 'tenant.rename'],
  ['tenants.wouldStop', { ...ACME, plan: 'free' }],
  ['tenants.setPlan', { ...ACME, plan: 'premium' }, 'tenant.set-plan'],
  ['tenants.setStatus', { ...ACME, status: 'trial' }, 'tenant.set-status'],
  ['tenants.views', ACME],
  ['tenants.view', { ...ACME, name: 'probe_said', where: ['session=a'] }],
  ['plans.list', {}],
  ['plans.show', { slug: 'pro' }],
  ['plans.wouldStop', { slug: 'pro', settings: ['sessions=9'] }],
  ['plans.set', { slug: 'pro', settings: ['sessions=9'] }, 'plan.set'],
  ['plans.fields', { slug: 'pro' }],
  ['plans.add', { slug: 'gold', from: 'pro', settings: [] }, 'plan.add'],
  ['plans.remove', { slug: 'gold' }, 'plan.remove'],
  ['kinds.list', {}],
  ['kinds.show', { name: 'probe' }],
  ['sessions.add', { ref: 'acme/c', kind: 'probe' }, 'session.add'],
  ['sessions.list', { tenant: 'acme' }],
  ['sessions.show', A],
  ['sessions.check', A],
  ['sessions.records', A],
  ['sessions.hooks', A],
  ['sessions.pairLink', { ...A, language: 'es' }],
  ['sessions.endPairLink', A],
  ['sessions.rename', { ...A, name: 'Vendas' }, 'session.rename'],
  ['sessions.start', BOTH, 'session.start'],
  ['sessions.restart', BOTH, 'session.restart'],
  ['sessions.stop', BOTH, 'session.stop'],
  ['sessions.resolve', BOTH],
  ['sessions.config', A],
  ['sessions.configSet', { ...A, settings: ['wallet=0x1'] }, 'session.config'],
  ['sessions.configUnset', { ...A, keys: ['wallet'] }, 'session.config'],
  ['sessions.command', { ...A, command: 'none' }],
  ['secrets.set', { ...TOKEN, value: '1:x' }, 'secret.set'],
  ['secrets.list', { scope: 'acme' }],
  ['secrets.remove', TOKEN, 'secret.remove'],
  ['history.events', BOTH],
  ['history.logs', BOTH],
  ['audit.list', { tenant: 'acme' }],
  ['notify.set', HOOK, 'notify.set'],
  ['notify.list', {}],
  ['notify.remove', { channel: 'webhook' }, 'notify.remove'],
  ['channels.set', { tenant: 'acme', ...HOOK }, 'notify.set'],
  ['channels.list', { tenant: 'acme' }],
  ['channels.test', { tenant: 'acme' }],
  ['channels.remove', { tenant: 'acme', name: 'webhook' }, 'notify.remove'],
  ['host.status', {}],
  ['host.down', {}],
  ['host.resume', {}],
  ['host.clean', { dryRun: true }],
  ['host.services', {}],
  ['host.restartService', { name: 'gateway' }],
  ['host.recoverService', { name: 'gateway' }],
  ['host.wake', {}],
  ['host.testAlerts', {}],
  ['sessions.recover', A, 'session.recover'],
  ['sessions.move', { ref: 'acme/elsewhere' }, 'session.move'],
  ['sessions.remove', { ref: 'acme/c' }, 'session.remove'],
  ['tenants.remove', { slug: 'other' }, 'tenant.remove'],
]
const READS = CALLS.flatMap(([verb, , action]) => (action === undefined ? [verb] : []))

/** What the fleet itself would have to be up for, or a kind would have to know. */
const NEEDS_MORE = new Set(['FLEET_DOWN', 'COMMAND_UNKNOWN', 'NOT_PAIRED'])

async function outcomeOf(
  call: () => Promise<unknown>,
): Promise<{ answer: unknown; code: string | null; exit: number }> {
  try {
    return { answer: await call(), code: null, exit: 0 }
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown
    return { answer: null, code: thrown.code, exit: thrown.exit }
  }
}

test('every verb that changes something says in the audit who did it; one that reads says nothing', async (t) => {
  const { fleets, parts } = await aFleet(t)
  await parts.store.tenant(parts.acme).addSession(aSession('elsewhere', { home: 'other' as HomeId }), null)
  assert.deepEqual(CALLS.map(([verb]) => verb).sort(), Object.keys(VERBS).sort())
  let { next } = await parts.store.auditTrail({ limit: 1 })
  for (const [verb, input, action] of CALLS) {
    const { code } = await outcomeOf(() => callVerb(fleets, operatorAt('menu'), verb, input))
    assert.ok(code === null || NEEDS_MORE.has(code), `${verb}: ${code}`)
    const trail = await parts.store.auditTrail({ limit: 99, after: next })
    next = trail.next
    const told = new Set(trail.entries.map((entry) => `${entry.action} by ${entry.actor}`))
    assert.deepEqual([...told], action === undefined ? [] : [`${action} by operator:menu`], verb)
  }
})

test('an operator’s door is said as it was told, and an unknown one is a program of theirs', () => {
  assert.deepEqual(
    ['cli', 'menu', 'root', undefined].map((door) => operatorAt(door).name),
    ['cli', 'menu', 'socket', 'socket'],
  )
})

test('what is asked over the socket is said to be done through the door that was named', async (t) => {
  const { fleets, parts } = await aFleet(t)
  const dir = mkdtempSync(join(tmpdir(), 'frota-api-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const socket = join(dir, 'control.sock')
  const server = await listenForOperators(
    socket,
    fleets,
    (thrown) => assert.fail(String(thrown)),
    () => healthOf(0),
  )
  t.after(() => server.close())
  for (const door of ['cli', 'menu'] as const) {
    const client = await connectToSupervisor(socket, door)
    await client?.call('tenants.rename', { slug: 'acme', name: door })
    await client?.close()
  }
  const { entries } = await parts.store.auditTrail({ limit: 9 })
  assert.deepEqual(
    entries.map(({ actor, data }) => [actor, data.to]),
    [
      ['operator:cli', 'cli'],
      ['operator:menu', 'menu'],
    ],
  )
})

test('a role may use every verb of the roles below it and none above, and is refused before anything is read', async (t) => {
  const { fleets } = await aFleet(t)
  for (const role of ROLES.slice(0, -1)) {
    const actor = anAccount(role, 'id-acme' as TenantId)
    for (const [verb, input] of CALLS) {
      if (mayAct(actor, VERBS[verb].role)) continue
      const { code, exit } = await outcomeOf(() => callVerb(fleets, actor, verb, input))
      assert.deepEqual([verb, code, exit], [verb, 'ROLE_TOO_LOW', 4])
    }
  }
  const changes = CALLS.filter(([, , action]) => action !== undefined)
  assert.ok(changes.every(([verb]) => VERBS[verb].role !== 'viewer'))
  assert.ok(READS.includes('sessions.list') && VERBS['sessions.list'].role === 'viewer')
})

test('an actor of one customer reaches nothing of another’s by any verb, and is not told whether there is one', async (t) => {
  const fleet = await aFleet(t)
  const { fleets, parts } = fleet
  const beta = await newTenant(fleet, 'beta')
  await callVerb(fleets, operatorAt('cli'), 'sessions.add', { ref: 'beta/x', kind: 'probe' })
  const owner = anAccount('owner', beta)
  const before = await parts.store.exportTenant(parts.acme)
  for (const [verb, input] of CALLS) {
    if (!mayAct(owner, VERBS[verb].role)) continue
    const { answer, code, exit } = await outcomeOf(() => callVerb(fleets, owner, verb, input))
    if (code !== null) assert.deepEqual([verb, code, exit], [verb, 'NOT_YOURS', 4])
    else assert.doesNotMatch(JSON.stringify(answer), /acme/, verb)
    const nobody = JSON.parse(JSON.stringify(input).replaceAll('acme', 'nobody'))
    assert.equal((await outcomeOf(() => callVerb(fleets, owner, verb, nobody))).code, code, verb)
  }
  assert.deepEqual(await parts.store.exportTenant(parts.acme), before)
})

test('an actor of one customer has all of its own, and only that, where nobody is named', async (t) => {
  const fleet = await aFleet(t)
  const { fleets } = fleet
  const owner = anAccount('owner', await newTenant(fleet, 'beta'))
  const call = (verb: Verb, input: object) => callVerb(fleets, owner, verb, input)
  await call('sessions.add', { ref: 'beta/x', kind: 'probe' })
  await call('secrets.set', { scope: 'beta/x', name: 'BOT_TOKEN', value: '9:y' })
  const ALL = { refs: [], all: true }
  assert.deepEqual(await call('sessions.start', ALL), [{ session: 'beta/x', error: null }])
  const named = async (verb: Verb, input: object, field: string) =>
    JSON.stringify(await call(verb, input)).match(new RegExp(`"${field}":"[^"]*"`, 'g'))
  assert.deepEqual(await named('sessions.list', {}, 'session'), ['"session":"beta/x"'])
  await call('channels.set', { tenant: 'beta', ...HOOK })
  assert.deepEqual(await named('channels.list', {}, 'tenant'), ['"tenant":"beta"'])
  assert.deepEqual(await named('tenants.list', {}, 'slug'), ['"slug":"beta"'])
  assert.deepEqual(await named('audit.list', {}, 'actor'), [
    '"actor":"operator:cli"',
    ...Array(4).fill('"actor":"account:ana@beta"'),
  ])
  await call('history.events', ALL)
  await call('history.logs', ALL)
})

async function newTenant({ fleets, parts }: Awaited<ReturnType<typeof aFleet>>, slug: string): Promise<TenantId> {
  await callVerb(fleets, operatorAt('cli'), 'tenants.add', { slug, plan: 'pro' })
  return (await parts.store.tenantBySlug(slug))?.id ?? assert.fail(slug)
}

const anAccount = (role: Role, tenant: TenantId): Actor =>
  role === 'admin' || role === 'operator'
    ? { kind: 'account', name: 'ana@beta', role: 'admin', tenant: null }
    : { kind: 'account', name: 'ana@beta', role, tenant }
