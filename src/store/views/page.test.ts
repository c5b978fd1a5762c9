// That a page of a view is read by its index, however many rows there are: asked of both databases.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { startSupabase } from '../../../test/supabase-server.js'
import type { TenantId } from '../../core/ids.js'
import type { View } from '../../core/views.js'
import { builtInKinds } from '../../kinds/index.js'
import { viewsOf } from '../../kinds/views.js'
import { viewSql } from '../sqlite/views.js'
import { migrateSqlite } from '../sqlite.js'
import { orderOf, placeIn, type ViewQuery } from './page.js'
import { postgresSql } from './sql.js'

const columns: View['columns'] = {
  who: { type: 'text', filter: 'index' },
  due: { type: 'time' },
  n: { type: 'integer', filter: 'index' },
}
const SHOP = { kind: 'test-shop', help: '', columns }
const BY_KEY: View = { ...SHOP, name: 'test_shop_by_key', records: 'things' }
const BY_TIME: View = { ...BY_KEY, name: 'test_shop_by_time', order: { by: 'due', descending: true } }
const BY_NUMBER: View = { ...BY_KEY, name: 'test_shop_by_number', order: { by: 'n' } }
const BY_CHANGE: View = { ...BY_KEY, name: 'test_shop_by_change', order: { by: 'updated_at', descending: true } }
const SAID: View = { ...SHOP, name: 'test_shop_said', events: ['said', 'heard'] }
const OWN = [BY_KEY, BY_TIME, BY_NUMBER, BY_CHANGE, SAID]

/** What is asked, and the index that must answer it without a sort. */
const CASES: [query: ViewQuery, index: string][] = [
  ...[...OWN, ...viewsOf(builtInKinds)].flatMap((view): [ViewQuery, string][] => [
    [{ view, where: [], limit: 50 }, `${view.name}_order`],
    [{ view, where: [], limit: 50, after: aCursor(view) }, `${view.name}_order`],
  ]),
  ...OWN.map((view): [ViewQuery, string] => {
    return [{ view, where: [{ column: 'who', is: '=', value: 'x' }], limit: 50 }, `${view.name}_by1`]
  }),
  ...[BY_TIME, SAID].map((view): [ViewQuery, string] => {
    return [{ view, where: [{ column: 'session_id', is: '=', value: 's' }], limit: 50 }, `${view.name}_order`]
  }),
  [{ view: BY_KEY, where: [{ column: 'n', is: '=', value: 7 }], limit: 50 }, 'test_shop_by_key_by2'],
]

function aCursor(view: View): string {
  const values = orderOf(view).places.map(
    ({ type }) => ({ text: 'x', integer: 7, time: '2026-11-21T12:00:00.000Z' })[type],
  )
  return Buffer.from(JSON.stringify([view.name, ...values])).toString('base64url')
}

test('SQLite finds every page by the index of its view, and sorts nothing', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'frota-pages-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  migrateSqlite(join(dir, 'frota.db'), [...OWN, ...viewsOf(builtInKinds)])
  const db = new DatabaseSync(join(dir, 'frota.db'))
  t.after(() => db.close())
  for (const [query, index] of CASES) {
    const [sql] = viewSql('t' as TenantId, query)
    const plan = db
      .prepare(`explain query plan ${sql}`)
      .all()
      .map(({ detail }) => String(detail))
      .join('\n')
    assert.match(plan, new RegExp(`^SEARCH (records|events) USING INDEX ${index} \\(tenant_id=\\? AND kind=\\?`), sql)
    assert.doesNotMatch(plan, /TEMP B-TREE FOR ORDER BY|SCAN/, sql)
  }
})

test('Postgres finds every page by the index of its view, and sorts nothing', async (t) => {
  const server = await startSupabase()
  t.after(() => server.close())
  await server.execute(OWN.map(postgresSql).join('\n'))
  // Of a few rows it would read all: what counts is how it can read many.
  await server.execute('set enable_seqscan = off; set enable_sort = off; set enable_bitmapscan = off')
  for (const [{ view, where, after }, index] of CASES) {
    const { places, descending } = orderOf(view)
    const [asked] = await server.query<{ sql: string }>(
      'select public.frota_view_sql($1, $2, $3::jsonb, $4::jsonb, $5, $6::jsonb, 51) as sql',
      [
        't',
        view.name,
        JSON.stringify(where),
        JSON.stringify(places.map(({ column }) => column)),
        descending,
        after === undefined ? null : JSON.stringify(placeIn(view, after)),
      ],
    )
    const lines = await server.query<Record<string, string>>(`explain ${asked?.sql}`)
    const plan = lines.map((line) => line['QUERY PLAN']).join('\n')
    assert.match(plan, new RegExp(`Index Scan (Backward )?using frota_${index} on frota_(records|events)`), asked?.sql)
    assert.doesNotMatch(plan, /Sort|Seq Scan/, asked?.sql)
    if (after !== undefined) assert.match(plan, /Index Cond: .*ROW\(/, asked?.sql)
  }
})
