// npm run view-migration: writes the migration that brings a project's views to what the built-in kinds declare.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { builtInKinds } from '../src/kinds/index.js'
import { viewsOf } from '../src/kinds/views.js'
import { listMigrations } from '../src/store/migrations.js'
import { viewMigration } from '../src/store/views/migrations.js'

const migrations = listMigrations()
const sql = viewMigration(
  migrations.map((migration) => migration.sql),
  viewsOf(builtInKinds),
)
if (sql === undefined) console.log('The migrations make every view as the kinds declare it.')
else {
  const last = Number(migrations.at(-1)?.file.slice(0, 14) ?? 0)
  const now = Number(new Date().toISOString().replace(/\D/g, '').slice(0, 14))
  const file = join(import.meta.dirname, '../supabase/migrations', `${Math.max(now, last + 1)}_frota_views.sql`)
  writeFileSync(file, sql)
  console.log(file)
}
