// What has shipped of each schema, as hashes in test/fixtures/schemas.json: what stands there is never edited again.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { JOURNAL_STEPS } from '../src/journal/steps.js'
import { listMigrations } from '../src/store/migrations.js'
import { MIGRATIONS } from '../src/store/sqlite/schema.js'
import { LEDGER_STEPS } from '../src/supervisor/ledger-steps.js'

/** By schema, in the order of the steps: `1` or a file's name → hash of the SQL. */
export type Schemas = Record<string, Record<string, string>>

export const KNOWN_FILE = join(import.meta.dirname, 'fixtures/schemas.json')

export function schemasNow(): Schemas {
  return {
    'src/store/sqlite/schema.ts': numbered(MIGRATIONS),
    'src/journal/steps.ts': numbered(JOURNAL_STEPS),
    'src/supervisor/ledger-steps.ts': numbered(LEDGER_STEPS),
    'supabase/migrations': Object.fromEntries(listMigrations().map(({ file, sql }) => [file, hashOf(sql)])),
  }
}

export const knownSchemas = (): Schemas => JSON.parse(readFileSync(KNOWN_FILE, 'utf8')) as Schemas

/** In words for whoever edited what has shipped. */
export function editsOf(known: Schemas, now: Schemas): string[] {
  return Object.entries(known).flatMap(([schema, steps]) => {
    const there = Object.keys(now[schema] ?? {})
    return Object.entries(steps).flatMap(([step, hash], place) => {
      if (now[schema]?.[step] !== hash) return [`${schema}: ${step} has shipped and was changed or removed: ${ADD}`]
      return there[place] === step ? [] : [`${schema}: something was put before ${step}, which has shipped: ${ADD}`]
    })
  })
}
const ADD = 'put it back as it was and add a step instead'

/** Steps that nobody has said to be final. */
export const newSteps = (known: Schemas, now: Schemas): string[] =>
  Object.entries(now).flatMap(([schema, steps]) =>
    Object.keys(steps)
      .filter((step) => known[schema]?.[step] === undefined)
      .map((step) => `${schema}: ${step}`),
  )

const numbered = (steps: readonly string[]) =>
  Object.fromEntries(steps.map((sql, index) => [String(index + 1), hashOf(sql)]))

/** How it is indented may change. */
const hashOf = (sql: string) => createHash('sha256').update(sql.replaceAll(/\s+/g, ' ').trim()).digest('hex')
