// What the migrations make in a project: whose it is by its name, and open to nobody.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createClient } from '@supabase/supabase-js'
import { type SupabaseServer, startSupabase } from '../../test/supabase-server.js'
import { builtInKinds } from '../kinds/index.js'
import { viewsOf } from '../kinds/views.js'
import { viewsMissing } from './migrations.js'
import { openSupabaseStore } from './supabase.js'

describe('a migrated project', () => {
  let server: SupabaseServer
  before(async () => {
    server = await startSupabase()
  })
  after(() => server.close())
  const open = () => openSupabaseStore({ url: server.url, key: server.secretKey })

  test('has nothing of ours whose name does not begin with frota_', async () => {
    const all = await server.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace
       union all select proname from pg_proc where pronamespace = 'public'::regnamespace
       union all select tgname from pg_trigger where not tgisinternal
         and tgrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)`,
    )
    assert.ok(all.length > 80)
    assert.deepEqual(
      all.filter(({ name }) => !name.startsWith('frota_')),
      [],
    )
  })

  test('has the views of built-in kinds as the kinds describe them now', async () => {
    const store = await open()
    assert.deepEqual(await viewsMissing(store, viewsOf(builtInKinds)), [])
    const collated = await server.query<{ place: string }>(
      `select relname || '.' || attname as place from pg_class join pg_attribute on attrelid = pg_class.oid
       where relnamespace = 'public'::regnamespace and relkind = 'v' and attname <> 'tenant_id'
         and atttypid = 'text'::regtype and attcollation <> '"C"'::regcollation`,
    )
    assert.deepEqual(collated, [], 'a column would be in another order where the project is')
  })

  test('shows nothing to its public key', async () => {
    const anybody = createClient(server.url, server.publishableKey)
    const tables = await server.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')`,
    )
    assert.ok(tables.length > 19)
    for (const { name: table } of tables) {
      const { data, error } = await anybody.from(table).select()
      assert.ok(error && data === null, table)
    }
    const functions = await server.query<{ name: string }>(
      `select proname as name from pg_proc where pronamespace = 'public'::regnamespace and (
         has_function_privilege('anon', oid, 'execute') or has_function_privilege('authenticated', oid, 'execute'))`,
    )
    assert.deepEqual(functions, [])
    const grants = await server.query<{ relname: string }>(
      `select relname from pg_class, unnest(array['anon', 'authenticated']) as role
       where relnamespace = 'public'::regnamespace and case when relkind = 'S'
         then has_sequence_privilege(role, oid, 'usage, select, update')
         else relkind in ('r', 'v') and has_table_privilege(role, oid, 'select, insert, update, delete, truncate, references, trigger')
       end`,
    )
    assert.deepEqual(grants, [])
    const movable = await server.query(
      `select proname from pg_proc where pronamespace = 'public'::regnamespace
         and not coalesce(array_to_string(proconfig, ',') like '%search_path=""%', false)`,
    )
    assert.deepEqual(movable, [], 'a function looks names up on the caller’s search_path')
    const open = await server.query(
      `select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and not relrowsecurity`,
    )
    assert.deepEqual(open, [])
    const views = await server.query<{ name: string; options: string[] }>(
      `select relname as name, reloptions as options from pg_class where relnamespace = 'public'::regnamespace and relkind = 'v'`,
    )
    assert.ok(views.length > 0)
    for (const { name, options } of views) assert.deepEqual(options, ['security_invoker=true'], name)
  })
})
