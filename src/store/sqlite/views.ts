// The views of kinds. They are made, and those of kinds that are not loaded any more dropped, by whoever migrates: their
// indexes cost every write, and all of it is made again from what is kept.
import type { TenantId } from '../../core/ids.js'
import type { View } from '../../core/views.js'
import { type Row, text, type WriteRow } from '../columns.js'
import { refusal } from '../refusals.js'
import type { TenantStore } from '../store.js'
import { orderOf, pageOf, placeIn, type ViewQuery } from '../views/page.js'
import { sqliteMark, sqliteSql } from '../views/sql.js'
import type { Database, Sql } from './database.js'

/** What is there and begins with our words is ours; another thing of the same name is left alone, and in the way. */
export function keepViews(sql: Sql, views: View[]): void {
  const wanted = new Map(views.flatMap((view) => sqliteSql(view).map((statement) => [nameIn(statement), statement])))
  const there = sql.all(`select type, name, sql from sqlite_master where type in ('view', 'index') and sql is not null`)
  for (const row of there) {
    const [type, name, made] = [text(row, 'type'), text(row, 'name'), text(row, 'sql')]
    const isWanted = MARK.exec(made)?.[0] === MARK.exec(wanted.get(name) ?? '')?.[0]
    if (!isWanted && MARK.test(made)) sql.run(`drop ${type} ${name}`)
    else wanted.delete(name)
  }
  for (const statement of wanted.values()) sql.run(statement)
}

const MARK = /frota view [0-9a-f]{16}/
const nameIn = (statement: string): string => statement.split(' ', 3)[2] ?? ''

export function viewsIn(sql: Sql): Map<string, string> {
  const rows = sql.all(`select name, sql from sqlite_master where type = 'view'`)
  return new Map(rows.map((row) => [text(row, 'name'), MARK.exec(text(row, 'sql'))?.[0] ?? '']))
}

export function tenantViews(db: Database, tenant: TenantId): Pick<TenantStore, 'view'> {
  return {
    view: async (query) => {
      const [statement, values] = viewSql(tenant, query)
      const found = await db.read((sql): Row[] => {
        if (viewsIn(sql).get(query.view.name) !== sqliteMark(query.view)) throw refusal('VIEW_MISSING', query.view.name)
        return sql.all(statement, values)
      })
      return pageOf(query, found)
    },
  }
}

/** Exported for the test that asks how it is carried out. */
export function viewSql(tenant: TenantId, { view, where, after, limit }: ViewQuery): [sql: string, values: WriteRow] {
  const { places, descending } = orderOf(view)
  const values: WriteRow = { tenant, limit: limit + 1 }
  const conditions = ['tenant_id = :tenant']
  for (const [n, { column, is, value }] of where.entries()) {
    conditions.push(`"${column}" ${is} :where${n}`)
    values[`where${n}`] = value
  }
  const columns = places.map(({ column }) => column)
  if (after !== undefined) {
    const names = columns.map((_, n) => `:after${n}`)
    for (const [n, value] of placeIn(view, after).entries()) values[`after${n}`] = value
    const isBehind = descending ? '<' : '>'
    // The first half says nothing more, but leads SQLite into the index.
    conditions.push(
      `${columns[0]} ${isBehind}= ${names[0]}`,
      `(${columns.join(', ')}) ${isBehind} (${names.join(', ')})`,
    )
  }
  const order = columns.map((column) => `${column} ${descending ? 'desc' : 'asc'}`).join(', ')
  return [`select * from ${view.name} where ${conditions.join(' and ')} order by ${order} limit :limit`, values]
}
