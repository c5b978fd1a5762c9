import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import type { View } from '../../core/views.js'
import { migrateSqlite } from '../sqlite.js'

const aView = (name: string, change: Partial<View> = {}): View =>
  ({ kind: 'shop', name: `shop_${name}`, help: '', records: name, columns: {}, ...change }) as View

function aDatabase(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), 'frota-views-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const path = join(dir, 'frota.db')
  const query = (sql: string) => {
    const db = new DatabaseSync(path)
    try {
      return db.prepare(sql).all()
    } finally {
      db.close()
    }
  }
  const there = () =>
    query(`select name from sqlite_master where name like 'shop%' order by name`).map(({ name }) => name)
  return { query, there, migrate: (...views: View[]) => migrateSqlite(path, views) }
}

test('views are made anew when they are described anew, and dropped with their indexes when no kind has them', (t) => {
  const { query, there, migrate } = aDatabase(t)
  migrate(aView('a'), aView('b', { columns: { n: { type: 'integer', filter: 'index' } } }))
  assert.deepEqual(there(), ['shop_a', 'shop_a_order', 'shop_b', 'shop_b_by1', 'shop_b_order'])
  migrate(aView('a'), aView('b', { columns: { m: { type: 'text' } } }))
  assert.deepEqual(there(), ['shop_a', 'shop_a_order', 'shop_b', 'shop_b_order'])
  assert.deepEqual(query('select m from shop_b'), [])
  migrate(aView('b', { columns: { m: { type: 'text' } } }))
  assert.deepEqual(there(), ['shop_b', 'shop_b_order'])
  migrate()
  assert.deepEqual(there(), [])
})

test('what is as it should be is not touched', (t) => {
  const { query, migrate } = aDatabase(t)
  migrate(aView('a'))
  const [before] = query('pragma schema_version')
  migrate(aView('a'))
  assert.deepEqual(query('pragma schema_version'), [before])
})

test('a view of somebody’s own is left alone, also in the place of one of ours', (t) => {
  const { query, migrate } = aDatabase(t)
  migrate()
  query('create view shop_a as select 7 as mine')
  migrate(aView('a'))
  assert.equal(query('select mine from shop_a')[0]?.mine, 7)
  migrate()
  assert.equal(query('select mine from shop_a')[0]?.mine, 7)
})
