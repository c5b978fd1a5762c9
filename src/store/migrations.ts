// The Postgres schema: the repository's supabase/migrations, in order. The n-th file makes schema n.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { View } from '../core/views.js'
import { refusal } from './refusals.js'
import type { Store } from './store.js'
import { viewsBehind } from './views/migrations.js'
import { postgresMark, postgresSql, sqliteMark } from './views/sql.js'

export interface Migration {
  version: number
  file: string
  sql: string
}

export interface SchemaStatus {
  current: number
  latest: number
  missing: Migration[]
  /** Views of loaded kinds that are not there as the kinds describe them. */
  missingViews: View[]
  /** To paste into the SQL editor of the project; '' when nothing is missing. */
  sql: string
}

export function listMigrations(): Migration[] {
  const folder = migrationsFolder()
  const files = readdirSync(folder).filter((file) => /^\d{14}_\w+\.sql$/.test(file))
  return files
    .sort()
    .map((file, index) => ({ version: index + 1, file, sql: readFileSync(join(folder, file), 'utf8') }))
}

/** @param views of the kinds that are loaded */
export async function supabaseSchemaStatus(
  store: Pick<Store, 'driver' | 'schema' | 'views'>,
  views: View[] = [],
): Promise<SchemaStatus> {
  const { current, latest } = await store.schema()
  if (current > latest) throw refusal('SCHEMA_NEWER', `schema ${current}, this program knows ${latest}`)
  const missing = listMigrations().slice(current)
  const missingViews = missing.length > 0 ? viewsNotMigrated(views) : await viewsMissing(store, views)
  return { current, latest, missing, missingViews, sql: sqlToPaste(missing, missingViews) }
}

/** Those of kinds from outside: no migration makes them. */
export const viewsNotMigrated = (views: View[]): View[] =>
  viewsBehind(
    listMigrations().map(({ sql }) => sql),
    views,
  )

/** Of a store whose schema is this program's. */
export async function viewsMissing(store: Pick<Store, 'driver' | 'views'>, views: View[]): Promise<View[]> {
  const there = await store.views()
  const markOf = store.driver === 'sqlite' ? sqliteMark : postgresMark
  return views.filter((view) => there.get(view.name) !== markOf(view))
}

/** One transaction: all of it holds, or none. */
export function sqlToPaste(missing: Migration[], views: View[] = []): string {
  if (missing.length + views.length === 0) return ''
  const migrations = missing.map(({ file, sql }) => `-- ${file}\n${sql}`)
  const made = views.map((view) => `-- the view ${view.name}\n${postgresSql(view)}`)
  return ['begin;', ...migrations, ...made, "notify pgrst, 'reload schema';", 'commit;', ''].join('\n')
}

/** Beside `src` in the repository, and two folders up from it when it runs compiled. */
function migrationsFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  for (let folder = here; folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, 'supabase', 'migrations')
    if (existsSync(candidate)) return candidate
  }
  throw new Error(`no supabase/migrations above ${here}: this installation is not complete`)
}
