import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { startSupabase } from '../../test/supabase-server.js'
import type { RunId } from '../core/ids.js'
import { anEvent, aSecret, aSession, aTenant, hostileObject } from './contract/samples.contract.js'
import { copyStore } from './copy.js'
import { migrateSqlite, openSqliteStore } from './sqlite.js'
import type { Store } from './store.js'
import { openSupabaseStore } from './supabase.js'

test('a home moves to Supabase whole, and a second run adds only what is new', async (t) => {
  const from = sqlite(t)
  const server = await startSupabase()
  t.after(() => server.close())
  const to = await openSupabaseStore({ url: server.url, key: server.secretKey })
  const { tenant, session } = await furnish(from)
  const home = from.home(session.home)
  await home.append(Array.from({ length: 1201 }, (_, i) => anEvent(session, { data: { i } })))
  const [free] = await from.plans()
  assert.ok(free)
  await from.putPlan({ ...free, sessions: 4 })

  assert.deepEqual(await copyStore(from, to), { tenants: 1, present: 0, events: 1201 })
  assert.deepEqual(await to.exportTenant(tenant.id), await from.exportTenant(tenant.id))
  assert.deepEqual(await to.plans(), await from.plans())
  const all = { limit: 5000 }
  assert.deepEqual(await to.tenant(tenant.id).events(all), await from.tenant(tenant.id).events(all))
  assert.equal(await to.keyCheck(), 'check')

  await home.append([anEvent(session)])
  assert.deepEqual(await copyStore(from, to), { tenants: 0, present: 1, events: 1 })
  assert.deepEqual(await to.tenant(tenant.id).events(all), await from.tenant(tenant.id).events(all))
})

test('a store sealed with another master key is refused before anything is copied', async (t) => {
  const [from, to] = [sqlite(t), sqlite(t)]
  await furnish(from)
  await to.setKeyCheck('other')
  await assert.rejects(copyStore(from, to), { name: 'UserError', code: 'KEY_MISMATCH' })
  assert.deepEqual(await to.tenants(), [])
})

test('another tenant of the same name in the other store is refused, and left alone', async (t) => {
  const [from, to] = [sqlite(t), sqlite(t)]
  const { tenant } = await furnish(from)
  const stranger = { ...aTenant(), slug: tenant.slug }
  await to.addTenant(stranger)
  await assert.rejects(copyStore(from, to), { name: 'UserError', code: 'TENANT_EXISTS' })
  assert.deepEqual(await to.tenants(), [stranger])
})

async function furnish(store: Store) {
  const tenant = aTenant()
  await store.setKeyCheck('check')
  await store.addTenant(tenant)
  const own = store.tenant(tenant.id)
  const session = await own.addSession({ ...aSession(), config: hostileObject() }, null)
  await own.putSecret(aSecret(null))
  await own.putSecret(aSecret(session.id))
  await own.addDataKey('wrapped')
  await own.claim(session.id, ['phone', 'wallet'])
  await own.audit({ at: new Date(), actor: 'cli', action: 'add', subject: 'x', data: hostileObject() })
  await store.home(session.home).acquire(session.id, 'run' as RunId)
  return { tenant, session }
}

function sqlite(t: TestContext): Store {
  const dir = mkdtempSync(join(tmpdir(), 'frota-copy-'))
  const path = join(dir, 'frota.db')
  migrateSqlite(path)
  const store = openSqliteStore(path)
  t.after(async () => {
    await store.close()
    rmSync(dir, { recursive: true, force: true })
  })
  return store
}
