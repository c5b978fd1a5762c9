import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { aFleet } from '../../test/a-fleet.js'
import { loadKinds } from '../kinds/load.js'

const refused = (what: string) => ({ code: 'ROLE_TOO_LOW', exit: 4, message: new RegExp(`^${what} needs the role`) })

test('a config field that a kind keeps for a higher role is set by that role only, and left to stand by the others', async (t) => {
  const { fleets, parts, ...operator } = await aFleet(t)
  const { sessions } = fleets.as({ kind: 'account', name: 'ana', role: 'owner', tenant: parts.acme })
  const endpoint = { endpoint: 'https://127.0.0.1:8443' }
  await assert.rejects(sessions.configSet({ ref: 'acme/a', settings: [], config: endpoint }), refused('endpoint'))
  await assert.rejects(sessions.add({ ref: 'acme/c', kind: 'probe', config: endpoint }), refused('endpoint'))
  await operator.sessions.configSet({ ref: 'acme/a', settings: [], config: endpoint })
  assert.deepEqual(await sessions.configSet({ ref: 'acme/a', settings: ['wallet=0x1'] }), {
    ...endpoint,
    wallet: '0x1',
  })
  await assert.rejects(sessions.configUnset({ ref: 'acme/a', keys: ['endpoint'] }), refused('endpoint'))
  assert.deepEqual(await sessions.configUnset({ ref: 'acme/a', keys: ['wallet'] }), endpoint)
  assert.equal((await operator.sessions.list({})).length, 2)
})

test('a command that a kind keeps for a higher role is refused to the others, whatever they say with it', async (t) => {
  const { fleets, parts, ...operator } = await aFleet(t)
  const { sessions } = fleets.as({ kind: 'account', name: 'ana', role: 'owner', tenant: parts.acme })
  const command = (name: string) => ({ ref: 'acme/a', command: name, settings: ['nonsense=1'] })
  await assert.rejects(sessions.command(command('withdraw')), refused('withdraw'))
  await assert.rejects(sessions.command({ ref: 'acme/a', command: 'look' }), { code: 'FLEET_DOWN' })
  await assert.rejects(operator.sessions.command({ ref: 'acme/a', command: 'withdraw' }), { code: 'FLEET_DOWN' })
})

test('a kind that names a role there is none of is not loaded, and the warning says where', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'frota-kind-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const run = `run: new URL('./run.js', import.meta.url)`
  const problemsOf = async (name: string, more: string) => {
    const file = join(dir, `${name}.mjs`)
    writeFileSync(file, `export default { name: '${name}', title: 'X', config: { shape: { a: {} } }, ${run}, ${more} }`)
    return (await loadKinds([], [file], dir)).problems.join()
  }
  assert.equal(await problemsOf('right', `setBy: { a: 'operator' }, commands: { go: { role: 'admin' } }`), '')
  assert.match(await problemsOf('mistyped', `setBy: { a: 'Operator' }`), /setBy: "Operator" is not a role/)
  assert.match(await problemsOf('elsewhere', `setBy: { b: 'operator' }`), /setBy: its config has no "b"/)
  assert.match(await problemsOf('invented', `commands: { go: { role: 'root' } }`), /go: "root" is not a role/)
})
