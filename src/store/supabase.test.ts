import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, type TestContext, test } from 'node:test'
import { createClient } from '@supabase/supabase-js'
import { hostedSupabase, type SupabaseServer, startSupabase } from '../../test/supabase-server.js'
import type { HomeId, TenantId } from '../core/ids.js'
import { SEED_PLANS } from '../core/plans.js'
import { aHome, anEntry, aSession, aTenant } from './contract/samples.contract.js'
import { supabaseSchemaStatus } from './migrations.js'
import { applyMigrations } from './migrations-apply.js'
import { storeContract } from './store.contract.js'
import { StoreUnavailable } from './store.js'
import { openSupabaseStore } from './supabase.js'
import { postgresSql } from './views/sql.js'

storeContract('supabase', async () => {
  const server = await startSupabase()
  const options = { url: server.url, key: server.secretKey }
  return {
    store: await openSupabaseStore(options),
    another: await openSupabaseStore(options),
    expireLeases: async (sessions) => {
      await server.query(`update frota_leases set expires_at = '2020-01-01' where session_id = any ($1)`, [sessions])
    },
    makeViews: (views) => server.execute(views.map(postgresSql).join('\n')),
    cleanup: () => server.close(),
  }
})

const hosted = hostedSupabase()
if (hosted) {
  storeContract('hosted supabase', async () => ({
    store: await openSupabaseStore(hosted),
    another: await openSupabaseStore(hosted),
    expireLeases: async (sessions) => {
      const client = createClient(hosted.url, hosted.key)
      await client.from('frota_leases').update({ expires_at: '2020-01-01' }).in('session_id', sessions).throwOnError()
    },
    makeViews: (views) => applyMigrations(hosted.dbUrl, views.map(postgresSql).join('\n')),
    cleanup: async () => {
      const client = createClient(hosted.url, hosted.key)
      const { data } = await client.rpc('frota_views').throwOnError()
      const made = Object.keys(data as object).filter((name) => name.startsWith('test_shop_'))
      const drop = made.map((name) => `select public.frota_drop_view('${name}');`)
      await applyMigrations(hosted.dbUrl, drop.join('\n'))
    },
  }))
}

describe('a supabase project', () => {
  let server: SupabaseServer
  before(async () => {
    server = await startSupabase({ migrated: false })
  })
  after(() => server.close())
  const open = (change: { key?: string; fetch?: typeof fetch } = {}) =>
    openSupabaseStore({ url: server.url, key: server.secretKey, ...change })

  test('without our tables says so, and gives the SQL to paste', async () => {
    const store = await open()
    await assert.rejects(store.tenants(), { name: 'UserError', code: 'SCHEMA_OLDER' })
    const status = await supabaseSchemaStatus(store)
    assert.deepEqual([status.current, status.missing.length], [0, status.latest])
    const theirs = ['users', 'plans', 'tenants', 'sessions', 'events', 'messages', 'audit']
    for (const name of theirs)
      await server.execute(`create table public.${name} (id int); insert into ${name} values (7)`)
    await server.execute(status.sql)
    for (const name of theirs) {
      assert.deepEqual(await server.query(`select id from ${name}`), [{ id: 7 }])
      await server.execute(`drop table public.${name}`)
    }
    assert.deepEqual(await supabaseSchemaStatus(store), { ...status, current: status.latest, missing: [], sql: '' })
    assert.deepEqual(await store.tenants(), [], 'the same store works on')
  })

  test('has the same plans to begin with as a SQLite home', async () => {
    assert.deepEqual(await (await open()).plans(), SEED_PLANS)
  })

  test('is asked once for what a hundred sessions are to do, their audit included', async (t) => {
    let requests = 0
    const store = await open({
      fetch: (input, init) => {
        requests++
        return fetch(input, init)
      },
    })
    const tenant = aTenant()
    await store.addTenant(tenant)
    t.after(() => store.removeTenant(tenant.id))
    const home = aHome()
    const sessions = await Promise.all(
      Array.from({ length: 100 }, () => store.tenant(tenant.id).addSession({ ...aSession(), home }, null)),
    )
    requests = 0
    const changes = sessions.map(({ id }) => ({ session: id, wanted: 'running' as const, audit: anEntry() }))
    assert.equal((await store.home(home).changeWanted(changes)).size, 100)
    assert.equal(requests, 1)
    assert.equal((await store.tenant(tenant.id).auditTrail({ limit: 999 })).entries.length, 100)
  })

  test('that refuses the key is an outage with the reason, not an empty store', async () => {
    await outage((await open({ key: 'sb_secret_wrong' })).tenants(), /refused the key/)
  })

  test('that went away is an outage; when it is back the same store works on', async () => {
    const store = await open()
    await store.tenants()
    await server.stop()
    await outage(store.tenants(), /supabase store did not answer/)
    await outage((await open()).schema(), /^The supabase store did not answer: connect ECONNREFUSED/)
    await server.start()
    assert.deepEqual(await store.tenants(), [])
  })

  test('that answers with errors of its own, or not in JSON, is an outage', async (t) => {
    for (const [status, body] of [
      [500, '{"message":"out of memory"}'],
      [503, '<html>busy</html>'],
      [540, 'paused'],
      [429, 'slow down'],
      [404, '<html>no such host here</html>'],
      [405, '{"code":"25006","message":"cannot execute UPDATE in a read-only transaction"}'],
      [404, '{"code":"42P01","message":"relation \\"public.frota_leases\\" does not exist"}'],
    ] as const) {
      const url = await answering(t, status, body)
      await outage((await openSupabaseStore({ url, key: server.secretKey })).tenants(), new RegExp(String(status)))
    }
  })

  test('that accepts and never answers is an outage', { timeout: 10_000 }, async (t) => {
    const url = await answering(t, undefined, '')
    await outage((await openSupabaseStore({ url, key: server.secretKey, timeoutMs: 200 })).tenants(), /timeout/)
  })

  test('that hangs holds up nobody who leaves', async (t) => {
    const url = await answering(t, undefined, '')
    const store = await openSupabaseStore({ url, key: server.secretKey, timeoutMs: 60_000 })
    const asked = outage(store.tenants(), /closed/)
    await store.close()
    await asked
    await store.close()
  })

  test('whose config is edited by hand counts its version up', async () => {
    const store = await open()
    const tenant = { id: 'hand' as TenantId, slug: 'hand', name: 'H', plan: 'free', status: 'active' } as const
    await store.addTenant({ ...tenant, planExpiresAt: null, createdAt: new Date() })
    await server.query(
      `insert into frota_sessions (tenant_id, name, display_name, kind, home) values ('hand', 'one', 'One', 'whatsapp', 'h')`,
    )
    await server.query(`update frota_sessions set config = '{"by":"hand"}' where name = 'one'`)
    const session = await store.tenant(tenant.id).session('one')
    assert.deepEqual([session?.config, session?.configVersion, session?.wanted], [{ by: 'hand' }, 2, 'stopped'])
  })

  test('whose plan is made to end never, by hand, ends never', async () => {
    await server.query(`update frota_tenants set plan_expires_at = 'infinity' where slug = 'hand'`)
    assert.equal((await (await open()).tenantBySlug('hand'))?.planExpiresAt, null)
  })

  test('keeps the names that folders and logs carry, and the ids that secrets are sealed for', async () => {
    await server.query(`update frota_tenants set name = 'Another' where slug = 'hand'`)
    for (const sql of [
      `update frota_tenants set slug = 'foot' where slug = 'hand'`,
      `update frota_sessions set name = 'two' where name = 'one'`,
      `update frota_sessions set kind = 'other' where name = 'one'`,
      `update frota_sessions set id = 'other' where name = 'one'`,
    ]) {
      await assert.rejects(server.query(sql), /frota: a (tenant|session) keeps its/, sql)
    }
    const moved = (await open()).tenant('hand' as TenantId)
    assert.equal((await moved.session('one'))?.kind, 'whatsapp')
  })

  test('sends what a home wants once, and again only when it has changed', async () => {
    let bytes = 0
    const home = (
      await open({
        fetch: async (input, init) => {
          const answer = await fetch(input, init)
          bytes = (await answer.clone().arrayBuffer()).byteLength
          return answer
        },
      })
    ).home('h' as HomeId)
    const first = await home.snapshot()
    assert.ok(bytes > 1_000)
    assert.deepEqual(await home.snapshot(), first)
    assert.ok(bytes < 200, `${bytes} bytes to say nothing new`)
    await server.query(`update frota_sessions set wanted = 'running' where name = 'one'`)
    const changed = await home.snapshot()
    assert.equal(changed.sessions[0]?.wanted, 'running')
    await server.query(`update frota_sessions set wanted = 'stopped' where name = 'one'`)
    assert.deepEqual(await home.snapshot(), first)
  })

  test('that is emptied under a home is an outage, not the end of all sessions', async () => {
    const store = await open()
    await store.setKeyCheck('a check')
    const home = store.home('h' as HomeId)
    const before = await home.snapshot()
    assert.equal(before.sessions.length, 1)
    await server.query(`delete from frota_settings`)
    await outage(home.snapshot(), /is empty/)
    await server.query(`insert into frota_settings (key, value) values ('key_check', 'a check')`)
    assert.deepEqual(await home.snapshot(), before)
  })

  test('that a newer program upgraded is left alone', async () => {
    await server.query('insert into frota_schema_version (version) values (99)')
    await assert.rejects((await open()).tenants(), { name: 'UserError', code: 'SCHEMA_NEWER' })
  })
})

const outage = (promise: Promise<unknown>, why: RegExp) =>
  assert.rejects(promise, (error) => error instanceof StoreUnavailable && why.test(error.message))

/** A server that says the same to everybody; nothing at all without a status. */
async function answering(t: TestContext, status: number | undefined, body: string): Promise<string> {
  const server = createServer((_request, response) => {
    if (status !== undefined) response.writeHead(status).end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
