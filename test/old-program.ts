// Programs and homes of before, as scripts/make-upgrade-fixture.ts kept them: test/fixtures/upgrade/N.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { TestContext } from 'node:test'
import { execute, type FleetHome, NODE, ROOT } from './fleet-home.js'

export const FIXTURES = join(ROOT, 'test/fixtures/upgrade')
/** In place of the home's path in what is kept of a home. */
export const HOME_MARK = '@HOME@'
/** What of a checkout's `dist` is kept of a program, and under which name. */
export const PROGRAMS = {
  'session.mjs': 'src/session.js',
  'service.mjs': 'src/service.js',
  'session-sdk.mjs': 'src/kinds/session-sdk.js',
} as const
/** Kept as SQL, since a diff of them can be read. */
export const DATABASES = {
  'store.sql': 'data/frota.db',
  'ledger.sql': 'data/ledger.db',
  'journal.sql': 'tokens/acme/a/journal.db',
} as const
/** Kept as they are. */
export const FILES = { 'master.key': 'data/keys/master.key', 'home.id': 'data/home.id' } as const
export const MIRROR = 'mirror.sealed'

export interface OldProgram {
  name: string
  dir: string
  /** What its sessions speak. */
  wire: number
  /** Version of its mirror. */
  mirror: number
}

/** Their names, the oldest first. */
export const generations = (): string[] =>
  readdirSync(FIXTURES)
    .filter((name) => /^\d+$/.test(name))
    .sort((a, b) => Number(a) - Number(b))

export const oldPrograms = (): OldProgram[] =>
  generations().map((name) => {
    const dir = join(FIXTURES, name)
    return {
      name,
      dir,
      ...(JSON.parse(readFileSync(join(dir, 'about.json'), 'utf8')) as { wire: number; mirror: number }),
    }
  })

/** A checkout whose sessions run the program of before. */
export function oldCheckout(t: TestContext, { name, dir }: OldProgram) {
  const checkout = mkdtempSync(join(tmpdir(), 'frota-old-'))
  t.after(() => rmSync(checkout, { recursive: true, force: true }))
  for (const part of ['bin', 'dist', 'supabase', 'package.json'])
    cpSync(join(ROOT, part), join(checkout, part), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'))
  cpSync(join(checkout, 'dist'), join(checkout, 'dist.next'), { recursive: true })
  for (const [from, to] of Object.entries(PROGRAMS)) cpSync(join(dir, from), join(checkout, 'dist', to))
  writeFileSync(join(checkout, 'dist/.stamp'), `fixture ${name}`)
  return {
    frota: (home: FleetHome, ...args: string[]) =>
      execute(NODE, [join(checkout, 'bin/frota'), ...args], home.env, checkout),
    /** As a build does. */
    upgrade() {
      renameSync(join(checkout, 'dist'), join(checkout, 'dist.old'))
      renameSync(join(checkout, 'dist.next'), join(checkout, 'dist'))
    },
  }
}

/** Into an empty home. @param as what its path is called in it */
export function layHome({ dir }: Pick<OldProgram, 'dir'>, home: string, as = home): void {
  const place = (path: string) => {
    const file = join(home, path)
    mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 })
    return file
  }
  for (const [from, to] of Object.entries(FILES))
    writeFileSync(place(to), readFileSync(join(dir, from)), { mode: 0o600 })
  for (const [from, to] of Object.entries(DATABASES)) {
    writeFileSync(place(to), '', { mode: 0o600 })
    const db = new DatabaseSync(place(to))
    db.exec(readFileSync(join(dir, from), 'utf8').replaceAll(HOME_MARK, as))
    db.close()
  }
}

/** All that is in a SQLite file, as SQL that makes it anew. */
export function dumpOf(file: string): string {
  const db = new DatabaseSync(file)
  try {
    const all = (sql: string) => db.prepare(sql).all() as Record<string, string>[]
    const made = all(
      `select type, name, sql from sqlite_master where sql is not null and name not like 'sqlite_%' order by rowid`,
    )
    const tables = made.filter(({ type }) => type === 'table').map(({ name }) => name ?? '')
    const numbered = all(`select name from sqlite_master where name = 'sqlite_sequence'`).map(({ name }) => name ?? '')
    const rows = [...tables, ...numbered].flatMap((table) => {
      const columns = all(`select name from pragma_table_info('${table}')`).map(({ name }) => name ?? '')
      const values = columns.map((column) => `quote("${column}")`).join(` || ', ' || `)
      const inserts = all(`select ${values} as row from "${table}"`).map(
        ({ row }) => `insert into "${table}" values (${row});`,
      )
      return table === 'sqlite_sequence' ? ['delete from sqlite_sequence;', ...inserts] : inserts
    })
    const sqlOf = (isTable: boolean) =>
      made.filter(({ type }) => (type === 'table') === isTable).map(({ sql }) => `${sql};`)
    const [auto] = all('pragma auto_vacuum')
    const [version] = all('pragma user_version')
    return [
      `pragma auto_vacuum = ${auto?.auto_vacuum};`,
      'pragma journal_mode = wal;',
      'pragma foreign_keys = off;',
      'begin;',
      ...sqlOf(true),
      ...rows,
      ...sqlOf(false),
      `pragma user_version = ${version?.user_version};`,
      'commit;',
      '',
    ].join('\n')
  } finally {
    db.close()
  }
}
