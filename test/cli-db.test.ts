// `frota db` against a Supabase project of the test's own: what is missing, what to paste, and moving there.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fleetHome, NODE, ROOT } from './fleet-home.js'
import { startSupabase } from './supabase-server.js'

const KINDS = ['pairable', 'probe'].map((kind) => join(ROOT, `test/kinds/${kind}/kind.js`)).join(',')

test('a home moves from sqlite to supabase: schema pasted, everything copied, nothing lost, nothing done twice', async (t) => {
  const server = await startSupabase({ migrated: false })
  const home = await fleetHome(t, { FROTA_KINDS: KINDS, FROTA_STORE: 'sqlite' })
  home.atEnd(() => server.close())
  Object.assign(home.env, { SUPABASE_URL: server.url, SUPABASE_SECRET_KEY: server.secretKey })
  await home.frota('tenant', 'add', 'acme')
  await home.frota('add', 'acme/p', '--kind', 'pairable', '--set', 'greeting=oi')
  const set = [join(ROOT, 'bin/frota'), 'secret', 'set', 'acme/p', 'PAIR_TOKEN']
  execFileSync(NODE, set, { env: home.env, input: 'a token of the first store' })

  const early = await home.run('db', 'copy', '--to', 'supabase')
  assert.equal(early.code, 1)
  assert.match(early.stderr, /^frota: The database is not set up.*frota db migrate/m)

  home.env.FROTA_STORE = 'supabase'
  const { upToDate, missing } = await home.json<{ upToDate: boolean; missing: string[] }>('db', 'status')
  assert.equal(upToDate, false)
  assert.ok(missing.length > 0)
  const migrate = await home.run('db', 'migrate')
  assert.equal(migrate.code, 1)
  assert.match(migrate.stderr, /^frota: The project lacks .*SUPABASE_DB_URL/)
  assert.equal(migrate.stdout, await home.frota('db', 'sql'))
  const doctor = await home.run('doctor')
  assert.equal(doctor.code, 1)
  assert.match(doctor.stdout, /fail +store .*frota db migrate/)
  await server.execute(migrate.stdout)
  await home.frota('db', 'migrate')
  assert.equal((await home.json<{ upToDate: boolean }>('db', 'status')).upToDate, true)
  assert.equal((await home.run('key', 'new')).code, 1, 'the key that sealed the first store must stay')

  home.env.FROTA_STORE = 'sqlite'
  const first = await home.json<{ tenants: number }>('db', 'copy', '--to', 'supabase')
  assert.equal(first.tenants, 1)
  const second = await home.json<{ tenants: number; present: number }>('db', 'copy', '--to', 'supabase')
  assert.deepEqual([second.tenants, second.present], [0, 1])
  home.env.FROTA_STORE = 'supabase'
  assert.equal((await home.json<{ greeting: string }>('config', 'acme/p')).greeting, 'oi')

  assert.equal((await home.json<{ name: string }[]>('secret', 'ls', 'acme/p'))[0]?.name, 'PAIR_TOKEN')
  assert.equal((await home.json<{ inUse: boolean }>('key', 'check')).inUse, true)

  await server.execute(`select frota_drop_view('probe_counters')`)
  assert.match(await home.frota('db', 'status'), /missing: the view probe_counters/)
  assert.match((await home.run('doctor')).stdout, /warn +store .*probe_counters.*frota db migrate/s)
  const unseen = await home.run('view', 'acme', 'probe_counters')
  assert.match(unseen.stderr, /^frota: The view probe_counters is not in the store.*frota db migrate/)
  const lacking = await home.run('db', 'migrate')
  assert.match(lacking.stderr, /^frota: The project lacks probe_counters/)
  assert.doesNotMatch(lacking.stdout, /whatsapp|create table/)
  await server.execute(lacking.stdout)
  assert.deepEqual(await home.json('view', 'acme', 'probe_counters'), { rows: [], cursor: null })
  assert.equal((await home.json<{ upToDate: boolean }>('db', 'status')).upToDate, true)

  await server.stop()
  const away = await home.run('ls')
  assert.equal(away.code, 1)
  assert.match(away.stderr, /^frota: The supabase store did not answer: [^\n]+\n$/)
  await server.start()

  // The way back, on a home that has run on Supabase and has no database (any more).
  renameSync(home.paths.db, `${home.paths.db}.old`)
  writeFileSync(join(home.paths.data, 'ledger.db'), '')
  const back = await home.json<{ tenants: number }>('db', 'copy', '--to', 'sqlite')
  assert.equal(back.tenants, 1)
  home.env.FROTA_STORE = 'sqlite'
  assert.equal((await home.json<{ greeting: string }>('config', 'acme/p')).greeting, 'oi')
  assert.equal((await home.json<{ name: string }[]>('secret', 'ls', 'acme/p'))[0]?.name, 'PAIR_TOKEN')
  renameSync(home.paths.db, `${home.paths.db}.new`)
  const lost = await home.run('db', 'copy', '--to', 'supabase')
  assert.match(lost.stderr, /is gone, but this home has had sessions/)
})
