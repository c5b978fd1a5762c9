// The committed migrations and what the built-in kinds declare.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TABLES } from '../src/core/views.js'
import { builtInKinds } from '../src/kinds/index.js'
import { viewsOf } from '../src/kinds/views.js'
import { listMigrations } from '../src/store/migrations.js'
import { viewMigration } from '../src/store/views/migrations.js'

const files = listMigrations().map(({ sql }) => sql)

test('the migrations make the views of built-in kinds exactly as the kinds describe them', () => {
  const missing = viewMigration(files, viewsOf(builtInKinds))
  assert.equal(missing, undefined, 'npm run view-migration writes what is missing')
})

test('no view can have the name of a table of the store', () => {
  const made = [...files.join('\n').matchAll(/^create table public\.frota_(\w+)/gm)].map(([, name]) => name)
  assert.deepEqual(made.sort(), TABLES.toSorted())
})
