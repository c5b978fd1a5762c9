// The Postgres schema: the repository's supabase/migrations, in order. The n-th file makes schema n.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { refusal } from './refusals.js'
import type { Store } from './store.js'

export interface Migration {
  version: number
  file: string
  sql: string
}

export interface SchemaStatus {
  current: number
  latest: number
  missing: Migration[]
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

export async function supabaseSchemaStatus(store: Pick<Store, 'schema'>): Promise<SchemaStatus> {
  const { current, latest } = await store.schema()
  if (current > latest) throw refusal('SCHEMA_NEWER', `schema ${current}, this program knows ${latest}`)
  const missing = listMigrations().slice(current)
  return { current, latest, missing, sql: sqlToPaste(missing) }
}

/** One transaction: all of it holds, or none. */
export function sqlToPaste(missing: Migration[]): string {
  if (missing.length === 0) return ''
  return ['begin;', ...missing.map(({ file, sql }) => `-- ${file}\n${sql}`), 'commit;', ''].join('\n')
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
