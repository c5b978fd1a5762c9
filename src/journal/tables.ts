// Rows of JSON, each under a name and a key. The journal has two such tables: what a kind remembers for itself (`state`),
// and how things stand (`records`).
import type { DatabaseSync } from 'node:sqlite'
import type { Json } from '../core/json.js'
import type { Rows, Table } from './types.js'

export const STATE = { table: 'state', name: 'tbl', data: 'value' } as const
export const RECORDS = { table: 'records', name: 'collection', data: 'data' } as const

/** Its statements are prepared once, whatever names are asked for, and however often. */
export function readerOf(db: DatabaseSync, { table, name, data }: typeof STATE | typeof RECORDS) {
  const get = db.prepare(`SELECT ${data} AS data FROM ${table} WHERE ${name} = ? AND key = ?`)
  const all = db.prepare(`SELECT key, ${data} AS data FROM ${table} WHERE ${name} = ? ORDER BY key`)
  return <T extends Json>(of: string): Rows<T> => {
    const parse = (text: unknown) => JSON.parse(String(text)) as T
    return {
      get(key) {
        const row = get.get(of, key)
        return row && parse(row.data)
      },
      entries: () => all.all(of).map((row) => [String(row.key), parse(row.data)]),
    }
  }
}

export function tablesOf(
  db: DatabaseSync,
  guarded: <R>(work: () => R) => R,
): <T extends Json>(name: string) => Table<T> {
  const read = readerOf(db, STATE)
  const put = db.prepare(
    'INSERT INTO state (tbl, key, value) VALUES (?, ?, ?) ON CONFLICT (tbl, key) DO UPDATE SET value = excluded.value',
  )
  const remove = db.prepare('DELETE FROM state WHERE tbl = ? AND key = ?')
  return <T extends Json>(name: string) => ({
    ...read<T>(name),
    set: (key, value) => void guarded(() => put.run(name, key, JSON.stringify(value))),
    delete: (key) => void guarded(() => remove.run(name, key)),
  })
}
