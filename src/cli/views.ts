// Read models: what the sessions of a customer keep and recorded, as tables.
import { Command } from 'commander'
import { usage } from '../core/errors.js'
import { plain } from '../core/plain-text.js'
import type { ShownColumn } from '../core/views.js'
import type { ViewPageView, ViewView } from '../fleet/views.js'
import type { Cli } from './cli.js'
import { csv } from './csv.js'
import { wholeNumber } from './options.js'
import { table } from './table.js'
import { localTime, zoneLine } from './times.js'

interface ViewOptions {
  where: string[]
  limit?: number
  after?: string
  csv?: boolean
}

const USUAL = 100
/** What one answer holds. */
const AT_ONCE = 200

export function viewCommands(cli: Cli): Command[] {
  return [
    new Command('view')
      .description('what a customer’s sessions keep and recorded, as a table; without a name: the tables there are')
      .argument('<tenant>')
      .argument('[view]', 'as `frota view TENANT` lists them')
      .option('--where <condition>', 'column=value, also with < <= > >=; several must all hold', several, [])
      .option('--limit <count>', `how many rows (default ${USUAL}; with --csv all)`, wholeNumber('--limit', { min: 1 }))
      .option('--after <cursor>', 'go on where an earlier answer ended')
      .option('--csv', 'for a spreadsheet')
      .action(async (tenant: string, name: string | undefined, options: ViewOptions) => {
        if (options.csv && cli.json) throw usage('BAD_OPTION', 'Choose --csv or --json, not both.')
        if (name === undefined) await list(cli, tenant)
        else await show(cli, tenant, name, options)
      }),
  ]
}

const several = (value: string, before: string[]) => [...before, value]

async function list(cli: Cli, slug: string) {
  const views = await cli.call('tenants.views', { slug })
  if (views.length === 0) cli.note('No kind has one.')
  cli.print(views, () => (views.length === 0 ? '' : table(['VIEW', 'SHOWS', 'COLUMNS'], views.map(cellsOf))))
}

const cellsOf = ({ name, help, columns }: ViewView) => [name, plain(help), columns.map(({ name }) => name).join(' ')]

async function show(cli: Cli, slug: string, name: string, { where, limit, after, csv: wantsCsv }: ViewOptions) {
  const most = limit ?? (wantsCsv ? Number.POSITIVE_INFINITY : USUAL)
  const { columns, rows, cursor } = await read(cli, { slug, name, where }, most, after ?? null)
  if (rows.length === 0) cli.note('Nothing is found.')
  cli.print({ rows, cursor }, () => (wantsCsv ? csvOf(columns, rows) : tableOf(columns, rows)))
  if (cursor !== null) cli.note(`There is more: --after ${cursor}`)
}

async function read(
  cli: Cli,
  asked: { slug: string; name: string; where: string[] },
  most: number,
  from: string | null,
): Promise<ViewPageView> {
  const found: ViewPageView = { columns: [], rows: [], cursor: from }
  do {
    const limit = Math.min(most - found.rows.length, AT_ONCE)
    const page = await cli.call('tenants.view', {
      ...asked,
      limit,
      ...(found.cursor !== null && { cursor: found.cursor }),
    })
    Object.assign(found, { columns: page.columns, cursor: page.cursor, rows: found.rows.concat(page.rows) })
  } while (found.cursor !== null && found.rows.length < most)
  return found
}

/** Ids are for programs. */
const SHOWN = (columns: ShownColumn[]) => columns.filter(({ name }) => name !== 'session_id' && name !== 'id')

function tableOf(all: ShownColumn[], rows: ViewPageView['rows']): string {
  if (rows.length === 0) return ''
  const columns = SHOWN(all)
  const cells = rows.map((row) =>
    columns.map(({ name, type }) => {
      const value = row[name] ?? ''
      return type === 'time' && value !== '' ? localTime(String(value)) : plain(String(value))
    }),
  )
  const heads = columns.map(({ name }) => name.toUpperCase())
  return `${zoneLine()}\n${table(heads, cells)}`
}

const csvOf = (columns: ShownColumn[], rows: ViewPageView['rows']): string =>
  csv([columns.map(({ name }) => name), ...rows.map((row) => columns.map(({ name }) => row[name]))])
