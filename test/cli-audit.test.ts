// `frota audit` in a real home: who changed what, with the fleet down and with it up.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import type { AuditView } from '../src/fleet/audit.js'
import { type FleetHome, fleetHome, NODE, ROOT } from './fleet-home.js'

const SECRET = 'a-value-that-no-audit-has-4711'

async function setSecret(home: FleetHome) {
  const args = [join(ROOT, 'bin/frota'), 'secret', 'set', 'acme/p', 'TOKEN']
  const child = spawn(NODE, args, { env: home.env, cwd: ROOT, stdio: ['pipe', 'ignore', 'inherit'] })
  child.stdin.end(SECRET)
  assert.deepEqual(await once(child, 'close'), [0, null])
}

test('frota audit says who changed what, of one customer or of all, through whatever door, also when the customer is gone', async (t) => {
  const home = await fleetHome(t, { FROTA_KINDS: join(ROOT, 'test/kinds/hostile/kind.js') })
  const audit = (...args: string[]) => home.json<AuditView[]>('audit', ...args)
  const told = async (...args: string[]) => (await audit(...args)).map(({ action, subject }) => `${action} ${subject}`)
  assert.deepEqual(await audit(), [])
  await home.frota('tenant', 'add', 'acme')
  await home.frota('add', 'acme/p', '--kind', 'hostile')
  await home.frota('plan', 'set', 'free', 'sessions=2')
  await home.frota('up')
  await setSecret(home)
  await home.frota('rename', 'acme', 'Acme S.A.')
  const mine = ['tenant.add acme', 'session.add acme/p', 'secret.set acme/p', 'tenant.rename acme']
  assert.deepEqual(await told('acme'), mine)
  assert.deepEqual(await told('acme', '--limit', '1'), mine.slice(-1))
  assert.deepEqual(await told('--since', '2100-01-01'), [])

  const all = await audit()
  const planSet = all.find(({ action }) => action === 'plan.set')
  assert.deepEqual(planSet?.data, { sessions: { from: 1, to: 2 } })
  assert.deepEqual(Object.keys(all[0] ?? {}), ['at', 'actor', 'action', 'subject', 'data'])
  assert.ok(all.every(({ at, actor }) => at === new Date(at).toISOString() && actor === 'operator:cli'))
  assert.doesNotMatch(JSON.stringify(all), new RegExp(SECRET))
  const forPeople = await home.run('audit', 'acme')
  assert.match(
    forPeople.stdout,
    /^.*Times are in .+\nAT +BY +ACTION +SUBJECT +DATA\n\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}operator:cli/,
  )

  await home.frota('rm', 'acme/p', '--yes')
  await home.frota('tenant', 'rm', 'acme', '--yes')
  assert.deepEqual((await told()).slice(-2), ['session.remove acme/p', 'tenant.remove acme'])
  assert.equal((await home.run('audit', 'acme')).code, 3)
  assert.equal((await home.run('audit', '--limit', '0')).code, 2)
  assert.equal((await home.run('audit', '--since', 'soon')).code, 2)
})
