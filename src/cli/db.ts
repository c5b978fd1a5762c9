// The store's schema, and moving from one store to another. All of it works with the fleet down.
import { setTimeout as sleep } from 'node:timers/promises'
import { Command } from 'commander'
import { UserError, usage } from '../core/errors.js'
import { didYouMean } from '../core/ids.js'
import type { View } from '../core/views.js'
import type { Store } from '../store/store.js'
import type { Cli } from './cli.js'
import type { Admin } from './doors.js'
import { writeOut } from './output.js'

const API_LEARNS_WITHIN_S = 20
const DRIVERS = ['sqlite', 'supabase'] as const

export function dbCommands(cli: Cli): Command[] {
  const group = new Command('db').description('the store’s database')
  group
    .command('status')
    .description('whether its schema is this program’s, and what is missing')
    .action(() => status(cli))
  group
    .command('migrate')
    .description('bring it up to date; with Supabase by SUPABASE_DB_URL, else it prints the SQL to paste')
    .action(() => migrate(cli))
  group
    .command('sql')
    .description('the SQL that a Supabase project lacks')
    .option('--all', 'all of it, without asking the project')
    .action((options: { all?: boolean }) => sql(cli, options.all ?? false))
  group
    .command('copy')
    .description('copy everything into the other store; the fleet must be down')
    .requiredOption('--to <store>', DRIVERS.join(' or '))
    .action((options: { to: string }) => copy(cli, options.to))
  return [group]
}

interface SchemaView {
  store: Store['driver']
  current: number
  latest: number
  upToDate: boolean
  missing: string[]
  /** Views of the loaded kinds that are not there as the kinds describe them. */
  missingViews: string[]
}

async function status(cli: Cli) {
  const found = await withStore(cli, (store) => look(cli, store))
  const { sql: _sql, ...view } = found
  cli.print(view, () => {
    if (view.upToDate) return `${view.store}: schema ${view.current}, up to date.`
    const lacking = [...view.missing, ...view.missingViews.map((name) => `the view ${name}`)]
    const missing = lacking.length > 0 ? `\nmissing: ${lacking.join(', ')}` : ''
    return cli.typed(`${view.store}: schema ${view.current} of ${view.latest}: frota db migrate`) + missing
  })
}

async function look(cli: Cli, store: Store): Promise<SchemaView & { sql: string }> {
  const { supabaseSchemaStatus, viewsMissing } = await import('../store/migrations.js')
  const views = await loadedViews(cli)
  const { driver } = store
  if (driver === 'sqlite') {
    const { current, latest } = await store.schema()
    const missingViews = current === latest ? namesOf(await viewsMissing(store, views)) : []
    const upToDate = current === latest && missingViews.length === 0
    return { store: driver, current, latest, upToDate, missing: [], missingViews, sql: '' }
  }
  const { current, latest, sql, ...found } = await supabaseSchemaStatus(store, views)
  const [missing, missingViews] = [found.missing.map(({ file }) => file), namesOf(found.missingViews)]
  return { store: driver, current, latest, upToDate: sql === '', missing, missingViews, sql }
}

const namesOf = (views: View[]) => views.map(({ name }) => name)

async function migrate(cli: Cli) {
  const config = cli.doors.config()
  const admin = await cli.doors.admin()
  if (config.storeDriver === 'sqlite') await migrateLocal(cli, admin)
  else await migrateSupabase(cli)
  const { sql: _sql, ...view } = await withStore(cli, (store) => look(cli, store))
  if (!view.upToDate)
    throw new UserError(
      'NOT_MIGRATED',
      `The schema is ${view.current} of ${view.latest} still, ${view.missingViews.length} views missing.`,
      'frota db status',
    )
  cli.print(view, () => `${view.store}: schema ${view.current}, up to date.`)
}

async function migrateLocal(cli: Cli, admin: Admin) {
  const { ensureHome } = await import('../config/home.js')
  ensureHome(cli.doors.config())
  const lock = admin.lock('frota db migrate')
  if (!('release' in lock)) return // its supervisor has done it at its start
  try {
    await admin.migrateLocal()
  } finally {
    lock.release()
  }
}

async function migrateSupabase(cli: Cli) {
  const config = cli.doors.config()
  const before = await withStore(cli, (store) => look(cli, store))
  if (before.upToDate) return
  const dbUrl = config.supabase?.dbUrl
  if (!dbUrl) {
    if (!cli.json) writeOut(before.sql)
    throw new UserError(
      'MIGRATIONS_MISSING',
      `The project lacks ${[...before.missing, ...before.missingViews].join(', ')}.`,
      'paste the SQL (frota db sql) into its SQL editor, or set SUPABASE_DB_URL and repeat this',
    )
  }
  const { applyMigrations } = await import('../store/migrations-apply.js')
  await applyMigrations(dbUrl, before.sql)
  // The project's API learns of new functions a little later than its database.
  for (let waitedS = 0; waitedS < API_LEARNS_WITHIN_S; waitedS++) {
    if ((await withStore(cli, (store) => look(cli, store))).upToDate) return
    await sleep(1_000)
  }
}

async function sql(cli: Cli, all: boolean) {
  const needed = all ? await wholeSql(cli) : await missingSql(cli)
  if (needed === '') cli.note('Nothing is missing.')
  cli.print({ sql: needed }, () => needed)
}

async function missingSql(cli: Cli): Promise<string> {
  if (cli.doors.config().storeDriver === 'sqlite') {
    throw usage('NO_SQL', 'This home’s store is sqlite: it needs no SQL.', 'frota db sql --all prints Supabase’s')
  }
  return (await withStore(cli, (store) => look(cli, store))).sql
}

async function wholeSql(cli: Cli): Promise<string> {
  const { listMigrations, sqlToPaste, viewsNotMigrated } = await import('../store/migrations.js')
  return sqlToPaste(listMigrations(), viewsNotMigrated(await loadedViews(cli)))
}

async function loadedViews(cli: Cli): Promise<View[]> {
  const { viewsOf } = await import('../kinds/views.js')
  const kinds = await (await cli.doors.admin()).openKinds()
  return viewsOf(kinds.list())
}

async function copy(cli: Cli, to: string) {
  const target = DRIVERS.find((driver) => driver === to)
  if (!target) throw usage('BAD_STORE', `"${to}" is not a store.`, didYouMean(to, DRIVERS) || DRIVERS.join(', '))
  const config = cli.doors.config()
  const source = config.storeDriver
  if (target === source)
    throw usage('SAME_STORE', `${source} is this home’s store already.`, 'set the other one with --to')
  if (target === 'supabase' && !config.supabase) {
    throw usage(
      'NO_SUPABASE',
      'SUPABASE_URL and SUPABASE_SECRET_KEY are not set.',
      `put them into ${config.paths.envFile}, with FROTA_STORE=sqlite for now`,
    )
  }
  const admin = await cli.doors.admin()
  const { ensureHome } = await import('../config/home.js')
  ensureHome(config)
  const lock = admin.lock('frota db copy')
  if (!('release' in lock)) throw new UserError('FLEET_IS_UP', `The fleet is up: ${lock.heldBy}.`, 'frota down first')
  try {
    await admin.migrateLocal(target === 'sqlite')
    await copyBetween(cli, await admin.openStore(source), await admin.openStore(target))
  } finally {
    lock.release()
  }
}

async function copyBetween(cli: Cli, from: Store, to: Store) {
  const { copyStore } = await import('../store/copy.js')
  try {
    const report = await copyStore(from, to, (tenant) => cli.note(`copying ${tenant.slug}`))
    cli.print({ from: from.driver, to: to.driver, ...report }, () => {
      const present = report.present > 0 ? ` (${report.present} were there already)` : ''
      return `Copied ${report.tenants} customers${present}, ${report.events} events and ${report.records} records to ${to.driver}.`
    })
    cli.note(
      `Nothing was changed in ${from.driver}. To use the copy: FROTA_STORE=${to.driver} in ${cli.doors.config().paths.envFile}`,
    )
  } finally {
    await from.close()
    await to.close()
  }
}

async function withStore<T>(cli: Cli, work: (store: Store) => Promise<T>): Promise<T> {
  const { throwIfHomeNotOurs } = await import('../config/home.js')
  throwIfHomeNotOurs(cli.doors.config())
  const store = await (await cli.doors.admin()).openStore()
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}
