import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import type { TenantId } from '../core/ids.js'
import { aSession, aTenant } from './contract/samples.contract.js'
import { openDatabase } from './sqlite/database.js'
import { migrateSqlite, openSqliteStore } from './sqlite.js'
import { storeContract } from './store.contract.js'
import { type Store, StoreUnavailable } from './store.js'

storeContract('sqlite', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'frota-store-'))
  const path = join(dir, 'frota.db')
  migrateSqlite(path)
  const [store, another] = [openSqliteStore(path), openSqliteStore(path)]
  return {
    store,
    another,
    expireLeases: async (sessions) => {
      const db = new DatabaseSync(path)
      for (const id of sessions) db.prepare(`update leases set expires_at = '2020' where session_id = ?`).run(id)
      db.close()
    },
    makeViews: async (views) => migrateSqlite(path, views),
    cleanup: async () => {
      await Promise.all([store.close(), another.close()])
      rmSync(dir, { recursive: true, force: true })
    },
  }
})

test('the database and its log are readable by their owner only', async (t) => {
  const { path, store } = newStore(t)
  await store.setKeyCheck('x')
  for (const file of [path, `${path}-wal`, `${path}-shm`]) assert.equal(statSync(file).mode & 0o777, 0o600, file)
})

test('a home without a database says so, and none is made by asking', async (t) => {
  const { store } = newStore(t, { migrated: false })
  assert.deepEqual(await store.schema(), { current: 0, latest: 1 })
  await assert.rejects(store.tenants(), { code: 'SCHEMA_OLDER' })
})

test('an older program leaves a newer database alone', async (t) => {
  const { path } = newStore(t)
  execute(path, `insert into schema_version values (99, '2030')`)
  const store = openSqliteStore(path)
  await assert.rejects(store.tenants(), { name: 'UserError', code: 'SCHEMA_NEWER' })
  assert.throws(() => migrateSqlite(path), { name: 'UserError', code: 'SCHEMA_NEWER' })
  assert.equal((await store.schema()).current, 99)
})

test('names that folders and logs carry are kept, also from somebody with a database tool', async (t) => {
  const { path, store } = newStore(t)
  const tenant = aTenant()
  await store.addTenant(tenant)
  const session = await store.tenant(tenant.id).addSession(aSession(), null)
  for (const sql of [
    `update tenants set slug = 'x'`,
    `update sessions set name = 'x'`,
    `update sessions set id = 'x'`,
  ]) {
    assert.throws(() => execute(path, sql), /frota: a (tenant|session) keeps its/, sql)
  }
  execute(path, `update tenants set name = 'Another'; update sessions set display_name = 'Another'`)
  assert.equal((await store.tenant(tenant.id).session(session.name))?.displayName, 'Another')
})

test('plans an operator changed stay changed after an upgrade', async (t) => {
  const { path, store } = newStore(t)
  const [free] = await store.plans()
  assert.ok(free)
  await store.putPlan({ ...free, sessions: 7 })
  migrateSqlite(path)
  assert.equal((await store.plans()).find(({ slug }) => slug === free.slug)?.sessions, 7)
})

test('a database another process holds is an outage, not an empty store, and holds up nobody', async (t) => {
  const { path, store } = newStore(t)
  const holder = new DatabaseSync(path)
  t.after(() => holder.close())
  await store.plans()
  holder.exec('begin immediate')
  let othersWentOn = false
  setTimeout(() => {
    othersWentOn = true
  }, 1)
  await assert.rejects(store.setKeyCheck('x'), StoreUnavailable)
  assert.equal(othersWentOn, true)
  holder.exec('rollback')
  assert.equal(await store.setKeyCheck('x'), 'x')
})

test('a full disk is an outage that says so, and nothing is half written', async (t) => {
  const { path } = newStore(t)
  const db = openDatabase(path)
  t.after(() => db.close())
  await db.read((sql) => sql.get('pragma max_page_count = 1')) // no page more than there are: as good as a full disk
  const fill = db.write((sql) => {
    sql.insert('settings', { key: 'small', value: 'x' })
    sql.insert('settings', { key: 'big', value: 'x'.repeat(200_000) })
  })
  await assert.rejects(fill, (error) => error instanceof StoreUnavailable && /disk is full/.test(error.message))
  assert.deepEqual(await db.read((sql) => sql.all('select * from settings')), [])
})

test('a damaged file is an outage that says so', async (t) => {
  const { path, store } = newStore(t, { migrated: false })
  writeFileSync(path, 'not a database, whatever its name says'.repeat(100))
  await assert.rejects(
    store.tenants(),
    (error) => error instanceof StoreUnavailable && /not a database/.test(error.message),
  )
})

test('a file that is removed or replaced under a running fleet is an outage: nothing is written where nobody finds it', async (t) => {
  const { path, store } = newStore(t)
  await store.setKeyCheck('x')
  const aside = `${path}.aside`
  renameSync(path, aside)
  for (const there of [false, true]) {
    if (there) writeFileSync(path, 'another one')
    await assert.rejects(
      store.keyCheck(),
      (error) => error instanceof StoreUnavailable && /was removed or replaced/.test(error.message),
    )
  }
  renameSync(aside, path)
  assert.equal(await store.keyCheck(), 'x')
})

test('what was removed with a tenant is not left in the file', async (t) => {
  const { path, store } = newStore(t)
  const id = 'tenant-1' as TenantId
  await store.addTenant({
    id,
    slug: 'a',
    name: 'A',
    plan: 'free',
    status: 'active',
    planExpiresAt: null,
    createdAt: new Date(),
  })
  await store.tenant(id).addDataKey('canary-data-key')
  await store.removeTenant(id)
  for (const file of [path, `${path}-wal`]) assert.equal(readFileSync(file).includes('canary-data-key'), false, file)
})

function newStore(t: TestContext, { migrated } = { migrated: true }): { path: string; store: Store } {
  const dir = mkdtempSync(join(tmpdir(), 'frota-store-'))
  const path = join(dir, 'frota.db')
  if (migrated) migrateSqlite(path)
  const store = openSqliteStore(path)
  t.after(async () => {
    await store.close()
    rmSync(dir, { recursive: true, force: true })
  })
  return { path, store }
}

function execute(path: string, sql: string): void {
  const db = new DatabaseSync(path)
  db.exec(sql)
  db.close()
}
