import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { Finding } from '../src/cli/doctor/finding.js'
import { fleetHome, ROOT } from './fleet-home.js'

test('doctor names a host that wanted sessions cannot reach, why, and which sessions; it warns and goes on', async (t) => {
  const home = await fleetHome(t, { FROTA_KINDS: join(ROOT, 'test/kinds/pairable/kind.js') })
  await home.frota('tenant', 'add', 'acme')
  for (const name of ['a', 'b', 'unwanted']) await home.frota('add', `acme/${name}`, '--kind', 'pairable')
  const network = async () => {
    const { code, stdout } = await home.run('doctor', '--json')
    assert.equal(code, 0, stdout)
    return (JSON.parse(stdout).findings as Finding[]).filter(({ check }) => check === 'network')
  }
  assert.match((await network())[0]?.message ?? '', /^no wanted session/)
  const db = new DatabaseSync(home.paths.db, { timeout: 5_000 })
  db.exec("update sessions set wanted = 'running' where name in ('a', 'b')")
  db.close()
  const [found, ...others] = await network()
  assert.deepEqual([found?.level, others.length], ['warn', 0])
  assert.equal(
    found?.message,
    '127.0.0.1:1 cannot be reached: connect ECONNREFUSED 127.0.0.1:1 (nobody listens there). Needed by acme/a, acme/b.',
  )
})
