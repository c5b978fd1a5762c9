// How things stand with a session: customers, orders, conversations, whatever its kind keeps.
import { Command } from 'commander'
import { usage } from '../core/errors.js'
import { plain } from '../core/plain-text.js'
import type { RecordView } from '../fleet/records.js'
import type { Cli } from './cli.js'
import { csv } from './csv.js'
import { table } from './table.js'
import { localTime, zoneLine } from './times.js'

export function recordCommands(cli: Cli): Command[] {
  return [
    new Command('records')
      .description('how things stand: what a session keeps, until it removes it')
      .argument('<ref>', 'TENANT/NAME')
      .argument('[collection]', 'only this collection')
      .option('--csv', 'as a table for a spreadsheet, a column for each field')
      .action(async (ref: string, collection: string | undefined, options: { csv?: boolean }) => {
        if (options.csv && cli.json) throw usage('BAD_OPTION', 'Choose --csv or --json, not both.')
        const records = await all(cli, ref, collection)
        if (records.length === 0) cli.note('Nothing is kept.')
        cli.print(records, () => (options.csv ? csvOf(records) : tableOf(records)))
      }),
  ]
}

async function all(cli: Cli, ref: string, collection: string | undefined): Promise<RecordView[]> {
  const records: RecordView[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await cli.call('sessions.records', { ref, collection, ...(cursor && { cursor }) })
    records.push(...page.records)
    cursor = page.cursor
  }
  return records
}

function tableOf(records: RecordView[]): string {
  if (records.length === 0) return ''
  const rows = records.map(({ collection, key, updatedAt, data }) => {
    const fields = Object.entries(data).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    return [collection, plain(key), localTime(updatedAt), plain(fields.join(' '))]
  })
  return `${zoneLine()}\n${table(['COLLECTION', 'KEY', 'UPDATED', 'DATA'], rows)}`
}

/** Fields in the order in which they first appear. */
function csvOf(records: RecordView[]): string {
  const fields = [...new Set(records.flatMap(({ data }) => Object.keys(data)))]
  const rows = records.map(({ collection, key, updatedAt, data }) => [
    collection,
    key,
    updatedAt,
    ...fields.map((field) => (Object.hasOwn(data, field) ? data[field] : null)),
  ])
  return csv([['collection', 'key', 'updatedAt', ...fields], ...rows])
}
