import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { startSupabase } from '../../test/supabase-server.js'
import type { RunId } from '../core/ids.js'
import { aChannel, anEvent, aSecret, aSession, aTenant, hostileObject } from './contract/samples.contract.js'
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
  const place = { tenantId: tenant.id, session: session.id, journal: null, epoch: 2 }
  const keep = { ...place, collection: 'orders', subject: 'ana', at: new Date() }
  const keeps = [
    { ...keep, key: 'o1', row: 7, data: hostileObject() },
    { ...keep, key: 'o2', row: 8, data: null },
  ]
  const about = { ...place, row: 9, subject: 'ana' }
  await home.append([anEvent(session, { about })], [], { keeps, forgets: [] })
  const [free] = await from.plans()
  assert.ok(free)
  await from.putPlan({ ...free, sessions: 4 })
  const { session: _, ...secret } = aSecret(null)
  const theirs = { ...secret, name: 'THERE', sealed: 'v1:theirs' }
  for (const one of [secret, { ...secret, name: 'THERE' }]) await from.putOperatorSecret(one)
  await to.putOperatorSecret(theirs)

  assert.deepEqual(await copyStore(from, to), { tenants: 1, present: 0, events: 1202, records: 2 })
  assert.deepEqual(await to.exportTenant(tenant.id), await from.exportTenant(tenant.id))
  assert.deepEqual(await to.plans(), await from.plans())
  assert.deepEqual(await to.operatorSecrets(), [secret, theirs])
  const all = { limit: 5000 }
  assert.deepEqual(await to.tenant(tenant.id).events(all), await from.tenant(tenant.id).events(all))
  assert.equal(await to.keyCheck(), 'check')
  const records = { session: session.id, withRemoved: true, limit: 9 }
  assert.equal((await to.tenant(tenant.id).records(records)).length, 2)
  assert.deepEqual(await to.tenant(tenant.id).records(records), await from.tenant(tenant.id).records(records))

  await home.append([anEvent(session)])
  assert.deepEqual(await copyStore(from, to), { tenants: 0, present: 1, events: 1, records: 2 })
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

test('a copy that breaks off anywhere is simply run again: all is there, once and in order', async (t) => {
  const from = sqlite(t)
  const { tenant, session } = await furnish(from)
  await from.home(session.home).append(Array.from({ length: 1201 }, (_, i) => anEvent(session, { data: { i } })))
  const second = await furnish(from)
  let finished = false
  for (let calls = 1; !finished; calls++) {
    const to = sqlite(t)
    await copyStore(from, breakingOff(to, calls)).then(
      () => {
        finished = true
      },
      (error) => assert.match(String(error), /cut off/),
    )
    await copyStore(from, to)
    for (const { id } of [tenant, second.tenant]) {
      assert.deepEqual(await to.exportTenant(id), await from.exportTenant(id))
      const all = { limit: 5000 }
      assert.deepEqual(await to.tenant(id).events(all), await from.tenant(id).events(all), `after ${calls} calls`)
    }
  }
})

test('there and back again: a project comes home whole, and its epochs go on rising', async (t) => {
  const server = await startSupabase()
  t.after(() => server.close())
  const project = await openSupabaseStore({ url: server.url, key: server.secretKey })
  const { tenant, session } = await furnish(project)
  await project.home(session.home).append([anEvent(session, { data: hostileObject() }), anEvent(session)])
  const home = sqlite(t)
  assert.deepEqual(await copyStore(project, home), { tenants: 1, present: 0, events: 2, records: 0 })
  assert.deepEqual(await home.exportTenant(tenant.id), await project.exportTenant(tenant.id))
  const all = { limit: 5000 }
  assert.deepEqual(await home.tenant(tenant.id).events(all), await project.tenant(tenant.id).events(all))
  assert.deepEqual(await home.home(session.home).acquire(session.id, 'run' as RunId), { epoch: 2, journal: null })
})

test('a store that others live in keeps its plans; one that lacks a plan is given it', async (t) => {
  const [from, to] = [sqlite(t), sqlite(t)]
  const { tenant } = await furnish(from)
  const [free] = await from.plans()
  assert.ok(free)
  await from.putPlan({ ...free, sessions: 9 })
  await from.putPlan({ ...free, slug: 'ours' })
  await from.changeTenant(tenant.id, { plan: 'ours' })
  await to.addTenant(aTenant())
  await copyStore(from, to)
  const plans = await to.plans()
  assert.equal(plans.find(({ slug }) => slug === 'free')?.sessions, free.sessions)
  assert.equal((await to.tenantBySlug(tenant.slug))?.plan, 'ours')
})

/** The same store, until it was asked to write this often. */
function breakingOff(store: Store, calls: number): Store {
  const cut = <A extends unknown[], R>(write: (...args: A) => Promise<R>) => {
    return async (...args: A) => {
      if (calls-- <= 0) throw new Error('cut off')
      return write(...args)
    }
  }
  return {
    ...store,
    setKeyCheck: cut(store.setKeyCheck),
    putPlan: cut(store.putPlan),
    importTenant: cut(store.importTenant),
    home: (id) => ({ ...store.home(id), append: cut(store.home(id).append) }),
  }
}

async function furnish(store: Store) {
  const tenant = aTenant()
  await store.setKeyCheck('check')
  await store.addTenant(tenant)
  const own = store.tenant(tenant.id)
  const session = await own.addSession({ ...aSession(), config: hostileObject() }, null)
  await own.putSecret(aSecret(null))
  await own.putSecret(aSecret(session.id))
  await own.putChannel(aChannel({ topics: ['critical'] }))
  await own.addDataKey('wrapped')
  await own.claim(session.id, 'seen', [`phone of ${tenant.slug}`])
  await own.claim(session.id, 'declared', [`phone of ${tenant.slug}`, `wallet of ${tenant.slug}`])
  await store.changeTenant(
    tenant.id,
    {},
    { at: new Date(), actor: 'cli', action: 'add', subject: 'x', data: hostileObject() },
  )
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
